"""households 农户: the register of households and people."""
