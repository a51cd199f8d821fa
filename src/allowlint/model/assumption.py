"""What the user may take for granted of a network, so that verdicts can be told that no configuration tells alone."""

from collections.abc import Mapping

ASSUMPTIONS: Mapping[str, str] = {
    "public_dns": "required names resolve to public addresses",
    "trusted_servers": "devices trust the certificates of required servers",
    "dns_consistent": "devices and clients resolve a name to the same addresses, which no other name shares",
    "feeds_unrelated": "lists that are kept elsewhere hold no required endpoint",
    "app_ids_kept": "required connections are recognised as ssl or web-browsing throughout",
    "no_user_mapping": "devices take the connections of services for no user",
}
"""The words by which the user accepts an assumption, with what each says."""

RATINGS = "ratings"
"""The word of the assumption that vendors rate hosts as the user says."""
