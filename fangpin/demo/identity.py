"""Numbers of invented people: ID cards, disability certificates, phones, bank cards. Nobody alive can own one of them.

ID prefixes end in 97–99, which GB/T 2260 has never given out, with right check digits, so that they pass every
validation a real number passes. China has no official block of fictitious phones: the demo uses 19900xxxxxx only.
"""

import numpy as np
import pandas as pd

HOME_PREFIX = "450399"
AWAY_PREFIXES = ("450398", "450397", "450299", "451199", "430399", "431199", "520399", "440699")
PHONE_BLOCK = 1_990_000_0000
PHONE_ROOM = 1_000_000
BANK_BIN = "621799"

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK = np.array(list("10X98765432"))
_STRIDE = 137  # odd and not a multiple of 5: walks through all 500 serials of one sex before repeating


def stream(seed: int, *labels: str) -> np.random.Generator:
    """One independent generator per purpose, so that a change in one part leaves all other parts as they were."""
    words = [int.from_bytes(label.encode()[:16].ljust(16, b"\0"), "little") for label in labels]
    return np.random.default_rng([seed, *words])


def check_digits(bodies: np.ndarray) -> np.ndarray:
    """Check characters (GB 11643) of 17-digit strings; (n,) '<U17' -> (n,) '<U1'."""
    digits = bodies.astype("<U17").view("<U1").reshape(len(bodies), 17).astype(np.int64)
    return _CHECK[digits @ _WEIGHTS % 11]


def id_numbers(prefixes: np.ndarray, births: np.ndarray, male: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Unique 18-character numbers. `births` datetime64[D]; at most 500 people of one sex, day and prefix."""
    days = np.char.replace(births.astype("datetime64[D]").astype("<U10"), "-", "")
    day_codes = births.astype("datetime64[D]").astype(np.int64)
    group = pd.DataFrame({"prefix": prefixes, "day": day_codes, "male": male})
    nth = group.groupby(["prefix", "day", "male"]).cumcount().to_numpy()
    if len(nth) and nth.max() >= 500:
        raise ValueError("more than 500 people of one sex share a birthday and an ID prefix")
    first = rng.integers(0, 500, 40_000)[day_codes % 40_000]
    serial = (first + nth * _STRIDE) % 500 * 2 + male.astype(int)
    bodies = np.char.add(np.char.add(prefixes.astype("<U6"), days), np.char.zfill(serial.astype("<U3"), 3))
    return np.char.add(bodies, check_digits(bodies)).astype(object)


def id_prefixes(home: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The county's own invented prefix where `home`, otherwise one of the prefixes of people who moved in."""
    return np.where(home, HOME_PREFIX, rng.choice(AWAY_PREFIXES, len(home)))


def phones(count: int, rng: np.random.Generator) -> np.ndarray:
    """Different phone numbers inside the demo block; (count,) text."""
    if count > PHONE_ROOM:
        raise ValueError("the demo's phone block holds a million numbers")
    return (PHONE_BLOCK + rng.permutation(PHONE_ROOM)[:count]).astype("<U11").astype(object)


def bank_cards(count: int, rng: np.random.Generator) -> np.ndarray:
    """19-digit card numbers of no bank; (count,) text."""
    return np.array([f"{BANK_BIN}{tail:013d}" for tail in rng.integers(0, 10**13, count)], dtype=object)


def certificates(ids: np.ndarray, kinds: np.ndarray, levels: np.ndarray, reissued: np.ndarray) -> np.ndarray:
    """Disability certificate numbers: ID + category digit 1–7 + level digit 1–4, "B1" after a reissue. Text or ''."""
    return np.array(
        [
            f"{number}{kind}{level}{'B1' if again else ''}" if number and kind else ""
            for number, kind, level, again in zip(ids, kinds, levels, reissued, strict=True)
        ],
        dtype=object,
    )
