"""Simulate homes: an address, one of Rajasthan's districts and one of its pincodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# The first three digits of each district's pincodes; most populous districts first.
DISTRICTS = {
    "Jaipur": 302, "Jodhpur": 342, "Alwar": 301, "Nagaur": 341, "Udaipur": 313, "Sikar": 332,
    "Barmer": 344, "Ajmer": 305, "Bharatpur": 321, "Bhilwara": 311, "Bikaner": 334,
    "Jhunjhunu": 333, "Churu": 331, "Pali": 306, "Ganganagar": 335, "Kota": 324, "Jalore": 343,
    "Banswara": 327, "Hanumangarh": 335, "Dausa": 303, "Chittorgarh": 312, "Karauli": 322,
    "Tonk": 304, "Jhalawar": 326, "Dungarpur": 314, "Sawai Madhopur": 322, "Baran": 325,
    "Dholpur": 328, "Rajsamand": 313, "Bundi": 323, "Sirohi": 307, "Pratapgarh": 312,
    "Jaisalmer": 345,
}  # fmt: skip
PATRONS = """
    Gandhi Nehru Patel Shastri Tilak Subhash Ambedkar Indira Rajiv Tagore Vivekananda Pratap Durga
    Shiv Ganesh Hanuman Krishna Ram Laxmi Saraswati Vaishali Adarsh Shanti Azad Bhagat Kisan Mahavir
    Surya Chandra Gopal Govind Kalyan Mansarovar Bapu Ashok Arjun
"""
KINDS = ["Nagar", "Colony", "Road", "Marg", "Vihar", "Mohalla", "Basti", "Village"]
BUILDINGS = ["House Number", "Plot Number", "Ward Number"]
HOUSES = 600


def places(count: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    """`count` homes: `address`, `district`, and `pincode` as text, determined by the other two."""
    import numpy as np

    weights = 1 / (np.arange(len(DISTRICTS)) + 6)
    district = random.choice(len(DISTRICTS), count, p=weights / weights.sum())
    patrons = np.array(PATRONS.split(), dtype=object)
    patron = random.integers(len(patrons), size=count)
    kind = random.integers(len(KINDS), size=count)
    house = random.integers(1, HOUSES, size=count).astype(str).astype(object)
    building = np.array(BUILDINGS, dtype=object)[random.integers(len(BUILDINGS), size=count)]
    prefix = np.array(list(DISTRICTS.values()))[district]
    locality = patrons[patron] + " " + np.array(KINDS, dtype=object)[kind]
    return {
        "address": building + " " + house + ", " + locality,
        "district": np.array(list(DISTRICTS), dtype=object)[district],
        "pincode": (prefix * 1000 + 1 + patron % 30).astype(str).astype(object),
    }


def mobiles(count: int, random: np.random.Generator) -> np.ndarray:
    """`count` Indian mobile numbers as text: ten digits, the first from 6 to 9."""
    return random.integers(6_000_000_000, 10_000_000_000, size=count).astype(str).astype(object)
