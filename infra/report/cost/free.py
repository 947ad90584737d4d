"""The resource types that cost nothing, each with its reason. What is not here has a price."""

from collections.abc import Mapping

_NETWORK = "part of every VPC"
_IAM = "identities and permissions are free"
_PART_OF_TASKS = "the tasks are priced, not what describes them"
_PART_OF_ALB = "part of the load balancer's price"
_PART_OF_DATABASE = "part of the database's price"

FREE: Mapping[str, str] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "scaling is free; its alarms are priced",
    "AWS::Budgets::Budget": "budgets that only send mail are free",
    "AWS::CDK::Metadata": "no resource; the CDK's own note",
    "AWS::CertificateManager::Certificate": "public certificates are free",
    "AWS::EC2::InternetGateway": _NETWORK,
    "AWS::EC2::Route": _NETWORK,
    "AWS::EC2::RouteTable": _NETWORK,
    "AWS::EC2::SecurityGroup": _NETWORK,
    "AWS::EC2::SecurityGroupIngress": _NETWORK,
    "AWS::EC2::Subnet": _NETWORK,
    "AWS::EC2::SubnetRouteTableAssociation": _NETWORK,
    "AWS::EC2::VPC": _NETWORK,
    "AWS::EC2::VPCGatewayAttachment": _NETWORK,
    "AWS::ECS::TaskDefinition": _PART_OF_TASKS,
    "AWS::ElasticLoadBalancingV2::Listener": _PART_OF_ALB,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _PART_OF_ALB,
    "AWS::IAM::OIDCProvider": _IAM,
    "AWS::IAM::Policy": _IAM,
    "AWS::IAM::Role": _IAM,
    "AWS::RDS::DBClusterParameterGroup": _PART_OF_DATABASE,
    "AWS::RDS::DBParameterGroup": _PART_OF_DATABASE,
    "AWS::RDS::DBSubnetGroup": _PART_OF_DATABASE,
    "AWS::Route53::RecordSet": "part of the zone's price",
    "AWS::S3::BucketPolicy": "part of the bucket's price",
    "AWS::SNS::Subscription": "mail to an address: a few alarms a month are a fraction of a cent",
    "AWS::SNS::Topic": "a topic is free; its mails belong to the subscription",
    "AWS::SNS::TopicPolicy": "part of the topic",
    "AWS::SSM::Parameter": "standard parameters are free",
    "AWS::SecretsManager::SecretTargetAttachment": "part of the secret's price",
    "AWS::WAFv2::WebACLAssociation": "part of the web ACL's price",
}
