"""The drawing's words, in the product's language."""

from infra.drawing.picture import LineStyle
from infra.names import NAME

LANGUAGE = "ja"

TITLE = f"{NAME} - AWS ECS Fargate 構成図"
USERS = "ユーザー"
NONE = "なし"

ACTIONS = {"forward": "ECS タスクへ", "redirect": "HTTPS へ転送"}
"""What a listener of the load balancer does."""

CERTIFICATE = "SSL/TLS証明書"
VPC_ORIGIN = "VPC オリジンで内部 ALB へ"
PROTECTS_CLOUDFRONT, PROTECTS_ALB = "CloudFront を保護", "ALB を保護"
NO_ROUTE = "外部への経路なし"
ALB_NODE = ("ALB", "ノード")

SERVICE, TASK, CONTAINER = "Fargate サービス", "Fargate タスク", "コンテナ"

IMAGES, SCANNED = "Dockerイメージ", "プッシュ時スキャン"
LOGS = "コンテナのログ"
METRICS = ("CPU使用率・メモリ使用率", "リクエスト数・レスポンスタイム")
DASHBOARD = "ダッシュボード"

ROLES = {"rds": ("プライマリ", "スタンバイ"), "aurora": ("ライター", "リーダー")}
BETWEEN_INSTANCES = {"rds": "同期レプリケーション", "aurora": "共有ストレージ"}

FLOWS = "トラフィックフロー"
NAMES: dict[LineStyle, str] = {
    "page": "通常のページ表示",
    "data": "お気に入り機能",
    "service": "イメージ・認証情報・ログ・メトリクス",
    "manages": "タスクの管理",
}
"""The traffic flows, and the lines of the legend."""

TO_ROUTE53 = "ユーザー → Route 53"
CACHE = "Route 53 → CloudFront (キャッシュ)"
PROCESSING = "ECS Tasks → アプリケーション処理"
RESPONSE = "ECS Tasks → レスポンス返却"

RULES = ("Group", "方向", "ポート", "相手")
"""The head of the security groups' table."""

ALL_PORTS = "すべて"


def description(zones: list[str], database: str, *, cdn: bool) -> str:
    """The picture in a sentence, for those who do not see it."""
    way = "CloudFront" if cdn else "Internet Gateway"
    return (
        f"ユーザーは Route 53 と{way} を経て ALB に届き、ALB は {'と'.join(zones)} の"
        f" Private Subnet にある Fargate タスクへ振り分ける。データベース: {database or NONE}。"
    )


def region(name: str) -> str:
    """The title of the region's frame."""
    return f"リージョン {name}"


def port(number: int) -> str:
    """A container's port."""
    return f"ポート {number}"


def scaling(least: int, most: int, cpu: float, memory: float) -> tuple[str, str]:
    """The number of tasks, and the percentages at which it changes."""
    return f"Auto Scaling {least}-{most} タスク", f"CPU {cpu:g} %・メモリ {memory:g} %"


def secrets(count: int) -> str:
    """How many secrets there are."""
    return f"シークレット {count} 件"


def alarms(count: int) -> str:
    """How many alarms there are."""
    return f"{count} 件"


def kept(days: int) -> str:
    """For how long logs are kept."""
    return f"保持 {days} 日"


def instance(role: str, size: tuple[str, ...]) -> str:
    """A database instance's role and size."""
    return "・".join((role, *size))


def data(*, encrypted: bool, backup_days: int) -> str:
    """How the database's data is kept."""
    backups = f"自動バックアップ {backup_days} 日" if backup_days else "バックアップなし"
    return f"{'暗号化' if encrypted else '暗号化なし'}・{backups}"


def use(store: str) -> str:
    """The step in which the database is used."""
    return f"{store} → データ取得/保存"
