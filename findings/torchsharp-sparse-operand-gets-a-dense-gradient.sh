#!/usr/bin/env bash
# TorchSharp 0.107.0 with libtorch-cpu-linux-x64 2.10.0.
# One expects the gradient of a sparse matrix to have the matrix's pattern, so that training keeps the zeros.
# It is a dense tensor, filled outside the pattern as well: it takes the memory of the dense matrix, and a step would fill the zeros.
source "$(dirname "$0")/common.sh"

finding 'matrix: sparse True, values 4
gradient: sparse False, other than 0 16' \
  TorchSharp@0.107.0 libtorch-cpu-linux-x64@2.10.0 <<'CS'
using static TorchSharp.torch;
using TorchSharp;

var matrix = eye(4).to_sparse().detach().requires_grad_();
Console.WriteLine($"matrix: sparse {matrix.is_sparse}, values {matrix.SparseValues.numel()}");
matrix.matmul(ones(4, 2)).sum().backward();
Console.WriteLine($"gradient: sparse {matrix.grad!.is_sparse}, other than 0 {matrix.grad.count_nonzero().ToInt64()}");
CS
