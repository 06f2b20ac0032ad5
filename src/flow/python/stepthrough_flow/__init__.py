"""What runs in the process of a flow: the channel to the engine, and the runner that executes one flow over it."""
