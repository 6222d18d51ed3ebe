"""Charts: figures as plain data, each with a finding as its title, units, intervals and a table twin."""
