"""Official and real third-party files with expected verdicts, judged by their manifest's rule."""
