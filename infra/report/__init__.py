"""What is derived from the synthesized templates alone: price, drawing, reachability, rules."""
