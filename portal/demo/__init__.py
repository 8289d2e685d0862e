"""The demo: two agencies with their clients, built through the same actions as everything else."""

from portal.demo.build import build, is_empty, silence
from portal.demo.people import SIGN_INS
from portal.demo.services import prepare as prepare_services

__all__ = ["SIGN_INS", "build", "is_empty", "prepare_services", "silence"]
