# Groups with their way out inline and rules of their own for what comes in. The public root has an inline rule beside
# those as well, for the membership port of a service's own tasks: Terraform then takes the others away at every second
# apply. It is left out here, for a migration begins where a plan has nothing to do.

resource "aws_security_group" "temporal_history" {
  name        = "${var.project_name}-temporal-history"
  description = "Security group for Temporal History service"
  vpc_id      = aws_vpc.main.id

  # Everything inside the VPC, HTTPS and Aurora DSQL outside.
  egress {
    description = "VPC"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = [var.vpc_cidr]
  }

  egress {
    description = "HTTPS"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "PostgreSQL of Aurora DSQL"
    protocol    = "tcp"
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = { Name = "${var.project_name}-temporal-history-sg" }
}

resource "aws_security_group" "temporal_matching" {
  name        = "${var.project_name}-temporal-matching"
  description = "Security group for Temporal Matching service"
  vpc_id      = aws_vpc.main.id

  # Everything inside the VPC, HTTPS and Aurora DSQL outside.
  egress {
    description = "VPC"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = [var.vpc_cidr]
  }

  egress {
    description = "HTTPS"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "PostgreSQL of Aurora DSQL"
    protocol    = "tcp"
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = { Name = "${var.project_name}-temporal-matching-sg" }
}

resource "aws_security_group" "temporal_frontend" {
  name        = "${var.project_name}-temporal-frontend"
  description = "Security group for Temporal Frontend service"
  vpc_id      = aws_vpc.main.id

  # Everything inside the VPC, HTTPS and Aurora DSQL outside.
  egress {
    description = "VPC"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = [var.vpc_cidr]
  }

  egress {
    description = "HTTPS"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "PostgreSQL of Aurora DSQL"
    protocol    = "tcp"
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = { Name = "${var.project_name}-temporal-frontend-sg" }
}

resource "aws_security_group" "temporal_worker" {
  name        = "${var.project_name}-temporal-worker"
  description = "Security group for Temporal Worker service"
  vpc_id      = aws_vpc.main.id

  # Everything inside the VPC, HTTPS and Aurora DSQL outside.
  egress {
    description = "VPC"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = [var.vpc_cidr]
  }

  egress {
    description = "HTTPS"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "PostgreSQL of Aurora DSQL"
    protocol    = "tcp"
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = { Name = "${var.project_name}-temporal-worker-sg" }
}

resource "aws_security_group" "temporal_ui" {
  name        = "${var.project_name}-temporal-ui"
  description = "Security group for Temporal UI service"
  vpc_id      = aws_vpc.main.id

  # Everything inside the VPC, HTTPS and Aurora DSQL outside.
  egress {
    description = "VPC"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = [var.vpc_cidr]
  }

  egress {
    description = "HTTPS"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = { Name = "${var.project_name}-temporal-ui-sg" }
}

resource "aws_security_group" "grafana" {
  name        = "${var.project_name}-grafana"
  description = "Security group for Grafana service"
  vpc_id      = aws_vpc.main.id

  # Everything inside the VPC, HTTPS and Aurora DSQL outside.
  egress {
    description = "VPC"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = [var.vpc_cidr]
  }

  egress {
    description = "HTTPS"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  tags = { Name = "${var.project_name}-grafana-sg" }
}

resource "aws_security_group" "opensearch" {
  name        = "${var.project_name}-opensearch"
  description = "Security group for OpenSearch domain"
  vpc_id      = aws_vpc.main.id

  egress {
    description = "VPC"
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = [var.vpc_cidr]
  }

  tags = { Name = "${var.project_name}-opensearch-sg" }
}

resource "aws_security_group_rule" "history_from_frontend" {
  type                     = "ingress"
  description              = "gRPC from Frontend"
  security_group_id        = aws_security_group.temporal_history.id
  source_security_group_id = aws_security_group.temporal_frontend.id
  protocol                 = "tcp"
  from_port                = 7234
  to_port                  = 7234
}

resource "aws_security_group_rule" "matching_from_frontend" {
  type                     = "ingress"
  description              = "gRPC from Frontend"
  security_group_id        = aws_security_group.temporal_matching.id
  source_security_group_id = aws_security_group.temporal_frontend.id
  protocol                 = "tcp"
  from_port                = 7235
  to_port                  = 7235
}

resource "aws_security_group_rule" "matching_from_history" {
  type                     = "ingress"
  description              = "gRPC from History"
  security_group_id        = aws_security_group.temporal_matching.id
  source_security_group_id = aws_security_group.temporal_history.id
  protocol                 = "tcp"
  from_port                = 7235
  to_port                  = 7235
}

resource "aws_security_group_rule" "matching_membership_from_history" {
  type                     = "ingress"
  description              = "Membership from History"
  security_group_id        = aws_security_group.temporal_matching.id
  source_security_group_id = aws_security_group.temporal_history.id
  protocol                 = "tcp"
  from_port                = 6935
  to_port                  = 6935
}

resource "aws_security_group_rule" "history_from_matching" {
  type                     = "ingress"
  description              = "gRPC from Matching"
  security_group_id        = aws_security_group.temporal_history.id
  source_security_group_id = aws_security_group.temporal_matching.id
  protocol                 = "tcp"
  from_port                = 7234
  to_port                  = 7234
}

resource "aws_security_group_rule" "history_membership_from_matching" {
  type                     = "ingress"
  description              = "Membership from Matching"
  security_group_id        = aws_security_group.temporal_history.id
  source_security_group_id = aws_security_group.temporal_matching.id
  protocol                 = "tcp"
  from_port                = 6934
  to_port                  = 6934
}

resource "aws_security_group_rule" "history_membership_from_frontend" {
  type                     = "ingress"
  description              = "Membership from Frontend"
  security_group_id        = aws_security_group.temporal_history.id
  source_security_group_id = aws_security_group.temporal_frontend.id
  protocol                 = "tcp"
  from_port                = 6934
  to_port                  = 6934
}

resource "aws_security_group_rule" "matching_membership_from_frontend" {
  type                     = "ingress"
  description              = "Membership from Frontend"
  security_group_id        = aws_security_group.temporal_matching.id
  source_security_group_id = aws_security_group.temporal_frontend.id
  protocol                 = "tcp"
  from_port                = 6935
  to_port                  = 6935
}

resource "aws_security_group_rule" "frontend_membership_from_history" {
  type                     = "ingress"
  description              = "Membership from History"
  security_group_id        = aws_security_group.temporal_frontend.id
  source_security_group_id = aws_security_group.temporal_history.id
  protocol                 = "tcp"
  from_port                = 6933
  to_port                  = 6933
}

resource "aws_security_group_rule" "frontend_membership_from_matching" {
  type                     = "ingress"
  description              = "Membership from Matching"
  security_group_id        = aws_security_group.temporal_frontend.id
  source_security_group_id = aws_security_group.temporal_matching.id
  protocol                 = "tcp"
  from_port                = 6933
  to_port                  = 6933
}

resource "aws_security_group_rule" "frontend_from_worker" {
  type                     = "ingress"
  description              = "gRPC from Worker"
  security_group_id        = aws_security_group.temporal_frontend.id
  source_security_group_id = aws_security_group.temporal_worker.id
  protocol                 = "tcp"
  from_port                = 7233
  to_port                  = 7233
}

resource "aws_security_group_rule" "frontend_from_ui" {
  type                     = "ingress"
  description              = "gRPC from UI"
  security_group_id        = aws_security_group.temporal_frontend.id
  source_security_group_id = aws_security_group.temporal_ui.id
  protocol                 = "tcp"
  from_port                = 7233
  to_port                  = 7233
}

resource "aws_security_group_rule" "frontend_membership_from_worker" {
  type                     = "ingress"
  description              = "Membership from Worker"
  security_group_id        = aws_security_group.temporal_frontend.id
  source_security_group_id = aws_security_group.temporal_worker.id
  protocol                 = "tcp"
  from_port                = 6933
  to_port                  = 6933
}

resource "aws_security_group_rule" "history_membership_from_worker" {
  type                     = "ingress"
  description              = "Membership from Worker"
  security_group_id        = aws_security_group.temporal_history.id
  source_security_group_id = aws_security_group.temporal_worker.id
  protocol                 = "tcp"
  from_port                = 6934
  to_port                  = 6934
}

resource "aws_security_group_rule" "matching_membership_from_worker" {
  type                     = "ingress"
  description              = "Membership from Worker"
  security_group_id        = aws_security_group.temporal_matching.id
  source_security_group_id = aws_security_group.temporal_worker.id
  protocol                 = "tcp"
  from_port                = 6935
  to_port                  = 6935
}

resource "aws_security_group_rule" "worker_membership_from_frontend" {
  type                     = "ingress"
  description              = "Membership from Frontend"
  security_group_id        = aws_security_group.temporal_worker.id
  source_security_group_id = aws_security_group.temporal_frontend.id
  protocol                 = "tcp"
  from_port                = 6939
  to_port                  = 6939
}

resource "aws_security_group_rule" "worker_membership_from_history" {
  type                     = "ingress"
  description              = "Membership from History"
  security_group_id        = aws_security_group.temporal_worker.id
  source_security_group_id = aws_security_group.temporal_history.id
  protocol                 = "tcp"
  from_port                = 6939
  to_port                  = 6939
}

resource "aws_security_group_rule" "worker_membership_from_matching" {
  type                     = "ingress"
  description              = "Membership from Matching"
  security_group_id        = aws_security_group.temporal_worker.id
  source_security_group_id = aws_security_group.temporal_matching.id
  protocol                 = "tcp"
  from_port                = 6939
  to_port                  = 6939
}

resource "aws_security_group_rule" "history_from_worker" {
  type                     = "ingress"
  description              = "gRPC from Worker"
  security_group_id        = aws_security_group.temporal_history.id
  source_security_group_id = aws_security_group.temporal_worker.id
  protocol                 = "tcp"
  from_port                = 7234
  to_port                  = 7234
}

resource "aws_security_group_rule" "matching_from_worker" {
  type                     = "ingress"
  description              = "gRPC from Worker"
  security_group_id        = aws_security_group.temporal_matching.id
  source_security_group_id = aws_security_group.temporal_worker.id
  protocol                 = "tcp"
  from_port                = 7235
  to_port                  = 7235
}

resource "aws_security_group_rule" "opensearch_from_history" {
  type                     = "ingress"
  description              = "HTTPS from History"
  security_group_id        = aws_security_group.opensearch.id
  source_security_group_id = aws_security_group.temporal_history.id
  protocol                 = "tcp"
  from_port                = 443
  to_port                  = 443
}

resource "aws_security_group_rule" "opensearch_from_frontend" {
  type                     = "ingress"
  description              = "HTTPS from Frontend"
  security_group_id        = aws_security_group.opensearch.id
  source_security_group_id = aws_security_group.temporal_frontend.id
  protocol                 = "tcp"
  from_port                = 443
  to_port                  = 443
}

resource "aws_security_group_rule" "opensearch_from_matching" {
  type                     = "ingress"
  description              = "HTTPS from Matching"
  security_group_id        = aws_security_group.opensearch.id
  source_security_group_id = aws_security_group.temporal_matching.id
  protocol                 = "tcp"
  from_port                = 443
  to_port                  = 443
}

resource "aws_security_group_rule" "opensearch_from_worker" {
  type                     = "ingress"
  description              = "HTTPS from Worker"
  security_group_id        = aws_security_group.opensearch.id
  source_security_group_id = aws_security_group.temporal_worker.id
  protocol                 = "tcp"
  from_port                = 443
  to_port                  = 443
}
