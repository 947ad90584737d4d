"""What visitors connect to: a public load balancer, or CloudFront before an internal one."""
