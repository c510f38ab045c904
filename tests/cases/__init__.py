"""Official and real third-party files with expected verdicts, judged by the rule of their manifest."""
