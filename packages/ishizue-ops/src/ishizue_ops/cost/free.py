"""Resource types that cost nothing, and why."""

from collections.abc import Mapping

_NETWORK = "part of every VPC"
_IAM = "IAM is free"
_PART_OF_ALB = "part of the load balancer's price"
_PART_OF_CDN = "part of CloudFront's price"
_DELIVERY = "CloudFront's log is delivered to S3 free of charge; what is stored is priced"
_PART_OF_DATABASE = "part of the database's price"

FREE: Mapping[str, str] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": "scaling is free; its alarms are priced",
    "AWS::Backup::BackupSelection": "part of the plan",
    "AWS::Backup::BackupVault": "what it holds is priced with the key",
    "AWS::Budgets::Budget": "budgets without actions are free",
    "AWS::CertificateManager::Certificate": "public certificates are free",
    "AWS::CloudFront::CachePolicy": _PART_OF_CDN,
    "AWS::CloudFront::VpcOrigin": "VPC origins are free, and what CloudFront fetches from them",
    "AWS::EC2::InternetGateway": _NETWORK,
    "AWS::EC2::Route": _NETWORK,
    "AWS::EC2::RouteTable": _NETWORK,
    "AWS::EC2::SecurityGroup": _NETWORK,
    "AWS::EC2::SecurityGroupIngress": _NETWORK,
    "AWS::EC2::Subnet": _NETWORK,
    "AWS::EC2::SubnetRouteTableAssociation": _NETWORK,
    "AWS::EC2::VPC": _NETWORK,
    "AWS::EC2::VPCGatewayAttachment": _NETWORK,
    "AWS::EC2::VPCEndpoint": "gateway endpoints are free",
    "AWS::ECS::Cluster": "tasks are priced, not their clusters",
    "AWS::ECS::TaskDefinition": "tasks are priced, not their definitions",
    "AWS::ElasticLoadBalancingV2::Listener": _PART_OF_ALB,
    "AWS::ElasticLoadBalancingV2::ListenerRule": _PART_OF_ALB,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _PART_OF_ALB,
    "AWS::Events::Rule": "events of AWS services are free",
    "AWS::IAM::ManagedPolicy": _IAM,
    "AWS::IAM::OIDCProvider": _IAM,
    "AWS::IAM::Policy": _IAM,
    "AWS::IAM::Role": _IAM,
    "AWS::Lambda::Function": "a call in each release, or a day, costs a fraction of a cent",
    "AWS::Lambda::Permission": "part of the function",
    "AWS::Logs::Delivery": _DELIVERY,
    "AWS::Logs::DeliveryDestination": _DELIVERY,
    "AWS::Logs::DeliverySource": _DELIVERY,
    "AWS::Logs::ResourcePolicy": "policies are free",
    "AWS::RDS::DBClusterParameterGroup": _PART_OF_DATABASE,
    "AWS::RDS::DBParameterGroup": _PART_OF_DATABASE,
    "AWS::RDS::DBSubnetGroup": _PART_OF_DATABASE,
    "AWS::RDS::EventSubscription": "events are free; a few mails cost a fraction of a cent",
    "AWS::Route53::RecordSet": "part of the zone's price",
    "AWS::S3::BucketPolicy": "part of the bucket's price",
    "AWS::SNS::Subscription": "a few mails a month cost a fraction of a cent",
    "AWS::SNS::Topic": "topics are free",
    "AWS::SNS::TopicPolicy": "part of the topic",
    "AWS::SSM::Parameter": "standard parameters are free",
    "AWS::SecretsManager::SecretTargetAttachment": "part of the secret's price",
    "AWS::WAFv2::LoggingConfiguration": "the log group is priced",
    "AWS::WAFv2::WebACLAssociation": "part of the web ACL's price",
}
