"""Tests of mlops_assets/kinds/fellegi_sunter."""
