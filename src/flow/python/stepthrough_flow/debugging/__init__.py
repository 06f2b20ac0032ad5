"""The debugger inside a flow's process. `session.py` puts the parts together; `../debugger.py` is the entrance."""
