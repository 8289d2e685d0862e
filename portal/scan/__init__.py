"""The brand scan: all that a client's people can meet of an agency, looked through for what is not the agency's.

It asks the application in its own process, as each kind of person in turn: pages, fragments, refusals, assets,
files, letters and documents. What is foreign is worked out from the installation itself (`foreign`), what an answer
holds is read by its kind (`reading`), and `report` says what was found, where, and how much was looked at.
"""

from portal.scan.naming import unnamed
from portal.scan.report import Finding, Look, Report, as_text
from portal.scan.run import scan

__all__ = ["Finding", "Look", "Report", "as_text", "scan", "unnamed"]
