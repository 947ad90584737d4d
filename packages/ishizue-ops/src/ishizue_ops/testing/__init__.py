"""What tests of a service's design need: designs are fixtures of the plugin `designs`."""
