"""Local authorities, panels, and where a case must go."""
