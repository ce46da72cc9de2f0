"""Figures, printed side by side in one run. Machines are noisy: ratios and medians are what to quote."""
