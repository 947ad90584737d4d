"""What the service says about itself to its design."""

from ishizue_ops.product import Product

PRODUCT = Product(
    name="Bookshelf", uncached=("/", "/api/*", "/books*"), smoke_test=("/", "/api/books")
)
