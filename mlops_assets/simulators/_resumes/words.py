"""What simulated résumés and jobs are made of; no person, employer or school is a real one."""

from __future__ import annotations

FIELDS = {
    "data": (
        ("Data Scientist", "Data Analyst", "Machine Learning Engineer"),
        "Python;SQL;pandas;scikit-learn;statistics;Spark;Airflow;dashboards;A/B testing;forecasting"
        ";data modelling;deep learning",
    ),
    "software": (
        ("Software Engineer", "Backend Developer", "Full Stack Developer"),
        "Java;Python;Spring;REST;Docker;Kubernetes;PostgreSQL;unit testing;Git;CI/CD;microservices"
        ";code review",
    ),
    "nursing": (
        ("Registered Nurse", "Ward Nurse", "Care Coordinator"),
        "patient care;medication;wound care;triage;documentation;hygiene;first aid;palliative care"
        ";shift planning;infusions;vital signs;family counselling",
    ),
    "accounting": (
        ("Accountant", "Financial Controller", "Payroll Specialist"),
        "bookkeeping;SAP;annual accounts;VAT;payroll;controlling;Excel;invoicing;budgeting;audits"
        ";cost accounting;IFRS",
    ),
    "sales": (
        ("Sales Manager", "Account Manager", "Sales Representative"),
        "negotiation;CRM;acquisition;presentations;key accounts;forecasting;cold calling;pricing"
        ";contracts;trade fairs;customer retention;Salesforce",
    ),
    "logistics": (
        ("Warehouse Manager", "Logistics Planner", "Dispatcher"),
        "route planning;inventory;forklift licence;SAP;customs;order picking;shift planning;safety"
        ";lean management;procurement;packaging;fleet management",
    ),
    "design": (
        ("UX Designer", "Graphic Designer", "Product Designer"),
        "Figma;prototyping;user research;typography;wireframes;usability testing;Photoshop;branding"
        ";accessibility;design systems;illustration;layout",
    ),
    "electrics": (
        ("Electrician", "Service Technician", "Control Engineer"),
        "wiring;switchgear;PLC;circuit diagrams;measurements;safety;maintenance;fault finding"
        ";photovoltaics;KNX;installation;commissioning",
    ),
}
"""Titles and skills of each field."""
NEW_FIELD = "energy"
FIELDS_TO_COME = {
    NEW_FIELD: (
        ("Heat Pump Planner", "Hydrogen Engineer", "Grid Analyst"),
        "heat pumps;hydrogen;electrolysis;load balancing;battery storage;refrigerants;heat loads"
        ";grid codes;district heating;subsidies;commissioning;energy audits",
    ),
}
"""What comes with drift."""
OTHER_WORDS = {
    "statistics": "quantitative methods",
    "dashboards": "visual reports",
    "forecasting": "demand prediction",
    "data modelling": "schema design",
    "deep learning": "neural networks",
    "unit testing": "automated tests",
    "microservices": "distributed services",
    "code review": "peer review of code",
    "patient care": "looking after patients",
    "medication": "giving medicines",
    "documentation": "keeping records",
    "shift planning": "rosters",
    "family counselling": "talking with relatives",
    "bookkeeping": "keeping the books",
    "annual accounts": "year-end closing",
    "invoicing": "billing",
    "budgeting": "planning of costs",
    "audits": "inspections of accounts",
    "negotiation": "closing deals",
    "acquisition": "winning customers",
    "presentations": "speaking to clients",
    "key accounts": "major clients",
    "customer retention": "keeping clients",
    "inventory": "stock keeping",
    "route planning": "tour scheduling",
    "procurement": "purchasing",
    "safety": "accident prevention",
    "prototyping": "mock-ups",
    "user research": "interviews with users",
    "usability testing": "trials with users",
    "wiring": "laying cables",
    "fault finding": "troubleshooting",
    "maintenance": "servicing",
    "measurements": "testing of circuits",
}
"""The same skill said otherwise."""
FIRST_NAMES = {
    "female": "Amira Berta Clara Dilara Elena Fatma Greta Hanna Ines Jana Katja Lena Maren Nadia",
    "male": "Anton Bora Carl Dario Emil Farid Georg Hamza Ivo Jonas Kemal Lukas Marek Nils",
}
SURNAMES = (
    "Adler Brandt Celik Decker Engel Falk Gruber Hartung Ivanov Jansen Kaya Lindner Moreau Novak "
    "Ostrow Petri Quandt Reuter Sommer Tanner Ulrich Vogt Wolff Yilmaz Zander"
)
EMPLOYERS = (
    "Nordlicht;Talwerk;Brückner & Co;Helvion;Sanora Clinic;Ostkontor;Meridian Group;Fernhof"
    ";Quellmark;Blauwerk;St. Alban Hospital;Arvento;Kranich Logistics;Lumera;Steinweg Partners"
)
SCHOOLS = "Weserberg University;Technical College Lindau;Marienhof School;Institute Kastell"
DEGREES = "Bachelor of Science;Master of Arts;Diploma;Apprenticeship;Master of Science"
CITIES = "Lindau Kastell Weserberg Marienhof Ostheim Talbach"
TASKS = (
    "worked in a team of {n}",
    "trained {n} new colleagues",
    "improved how work is handed over",
    "reported to the head of the department",
    "supported projects across {n} sites",
    "was responsible for daily operations",
)
PERKS = (
    "We offer flexible hours and a permanent contract.",
    "You join a friendly team in {city}.",
    "Apply with your documents today.",
    "Our company has {n} employees.",
)


def titles_of(field: str) -> tuple[str, ...]:
    """The titles of a field."""
    return (FIELDS | FIELDS_TO_COME)[field][0]


def skills_of(field: str) -> list[str]:
    """The skills of a field."""
    return (FIELDS | FIELDS_TO_COME)[field][1].split(";")
