"""Where the income of the registered households came from in the year before: group totals that add up to what each has per head."""

import numpy as np
import pandas as pd

from fangpin.demo.identity import stream

YEAR = "2020"
# How what does not come from the fields divides: 务工, 分红和土地流转, 补贴和养老金.
_SHARES = (5.0, 0.3, 1.1)


def income_columns(households: pd.DataFrame, seed: int) -> dict[str, np.ndarray]:
    """Columns of the national export, one text a household in yuan; '' for households that the national system does not follow.

    ``households``: kind, category, size, income (per head, whole yuan).
    """
    rng, count = stream(seed, "incomes"), len(households)
    known = ((households["kind"] == "脱贫户") | (households["category"] != "")).to_numpy()
    net = (households["income"] * households["size"]).to_numpy().astype(int)
    costs = (net * rng.uniform(0.02, 0.18, count)).astype(int)
    # Who spends on the fields also sells something; the rest divides into the other three, the odd yuan into wages.
    business = np.maximum(((net + costs) * rng.beta(2.6, 6.4, count)).astype(int), costs)
    rest = net + costs - business
    shares = rng.dirichlet(_SHARES, count)
    assets, transfer = ((shares[:, nth] * rest).astype(int) for nth in (1, 2))
    paid = np.where((households["risk"] == "因病").to_numpy(), rng.integers(2_000, 9_000, count), 0)
    amounts = {
        "工资性收入": rest - assets - transfer,
        "生产经营性收入": business,
        "财产性收入": assets,
        "转移性收入": transfer,
        "生产经营性支出": costs,
        "家庭纯收入": net,
        "家庭理赔收入": np.where(paid > 6_000, paid // 4, 0),
        "合规自付支出": paid,
    }
    text = {heading: np.where(known, values.astype("<U9"), "") for heading, values in amounts.items()}
    return {"年度": np.where(known, YEAR, ""), **text}
