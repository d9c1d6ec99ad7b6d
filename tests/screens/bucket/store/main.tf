variable "acl" {
  default = "public-read"
}

resource "aws_s3_bucket" "this" {
  bucket = "records"
}

resource "aws_s3_bucket_acl" "this" {
  bucket = aws_s3_bucket.this.id
  acl    = var.acl
}
