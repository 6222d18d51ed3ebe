"""What the tables of a batch say: sensitivity, decisions under deep uncertainty, scenario discovery, the value of information."""
