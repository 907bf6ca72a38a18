"""How sources are asked over HTTP: conditional, capped, patient, and led nowhere else."""
