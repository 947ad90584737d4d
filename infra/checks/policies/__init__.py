"""Rules for templates that others wrote: AWS Control Tower's, run by cfn-guard, and checkov's."""
