module "records" {
  source = "./store"
}

resource "aws_iam_access_key" "ci" {
  user = "ci"
}
