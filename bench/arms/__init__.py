"""What is measured: each arm one slice at a time, its effect looked at afterwards."""
