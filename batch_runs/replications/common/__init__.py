"""Parts that replications share: claims and verdicts, statistics, long runs, reports."""
