"""What hassfest and HACS's action check, and what this repository promises about itself.

Those two need a container or the network; they run on GitHub, and these stand in for them here.
"""
