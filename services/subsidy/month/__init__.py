"""The months that units have made batches for (已生成批次的月份)."""
