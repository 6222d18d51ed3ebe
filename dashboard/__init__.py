"""How people look at results: the Dash app. It never imports mesa."""
