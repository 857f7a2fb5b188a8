"""Big data and the measuring of the portal (`bin/bench`); nothing here is run by `bin/test`."""
