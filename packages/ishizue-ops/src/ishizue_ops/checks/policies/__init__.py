"""AWS Control Tower's rules for templates, run by cfn-guard."""
