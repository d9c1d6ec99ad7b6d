variable "encrypted" {}

resource "aws_ebs_volume" "data" {
  availability_zone = "eu-central-1a"
  encrypted         = var.encrypted
}

resource "aws_ebs_volume" "logs" {
  availability_zone = "eu-central-1a"
  encrypted         = var.encrypted
}
