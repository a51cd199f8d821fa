"""What an export leaves open in a rule that stops stays unknown, and what it does not leave open stops.

Each case is a rule above one that lets everything out, so that a criterion that is dropped, or taken for one that never holds, would show
as allowed. Verdicts are by hand from the vendor's documents, which the modules of the platform cite beside what they read.
"""

import pytest

from allowlint.model.location import Location
from allowlint.platforms.paloalto_panos.groups import followed
from allowlint.platforms.paloalto_panos.scopes import Version, World
from allowlint.syntax.files import Files
from tests.platforms.paloalto_panos.small import ALLOW, access, device_of, firewall, members, objects, rule, verdict


def service(inner: str) -> str:
    return objects("service", ("Odd", f"<protocol>{inner}</protocol>"))


def custom(inner: str) -> str:
    return f"<profiles>{objects('custom-url-category', ('Mine', inner))}</profiles>"


PUBLIC, PRIVATE = "<ip-netmask>0.0.0.0/0</ip-netmask>", "<ip-netmask>10.0.0.0/8</ip-netmask>"
TO, FROM, CATEGORY, SERVICE = (
    members(tag, name)
    for tag, name in (("destination", "A"), ("source", "A"), ("category", "Mine"), ("service", "Odd"))
)
NOT_TO, NOT_FROM = "<negate-destination>yes</negate-destination>", "<negate-source>yes</negate-source>"
UNKNOWN_USER = members("source-user", "unknown")

STOPPING = {
    # Addresses ("Objects > Addresses": a network, a range, a mask with wildcard bits, a name).
    "mask with wildcard bits": (
        objects("address", ("A", "<ip-wildcard>10.20.1.0/0.0.248.255</ip-wildcard>")),
        TO,
        "unknown",
    ),
    "object without an address": (objects("address", ("A", "<description>x</description>")), TO, "unknown"),
    "every address": (objects("address", ("A", PUBLIC)), TO, "blocked"),
    "inside addresses": (objects("address", ("A", PRIVATE)), TO, "allowed"),
    "not inside addresses": (objects("address", ("A", PRIVATE)), TO + NOT_TO, "blocked"),
    "not every address": (objects("address", ("A", PUBLIC)), TO + NOT_TO, "allowed"),
    "clients of every address": (objects("address", ("A", PUBLIC)), FROM, "blocked"),
    "clients not of every address": (objects("address", ("A", PUBLIC)), FROM + NOT_FROM, "allowed"),
    "client by its name": (objects("address", ("A", "<fqdn>pc.corp.test</fqdn>")), FROM, "unknown"),
    "pattern for the name of an object": ("", members("destination", "*.microsoft.com"), "unknown"),
    "name of nothing": ("", members("destination", "Nothing"), "unknown"),
    "country": ("", members("destination", "US"), "unknown"),
    "region of public addresses": (
        objects("region", ("A", members("address", "0.0.0.0/1", "128.0.0.0/1"))),
        TO,
        "blocked",
    ),
    "dynamic group of objects with a tag": (
        objects("address", ("B", PUBLIC + members("tag", "web")))
        + objects("address-group", ("A", "<dynamic><filter>'web'</filter></dynamic>")),
        TO,
        "unknown",
    ),
    "list of URLs among addresses": (
        objects("external-list", ("A", "<type><url><url>x</url></url></type>")),
        TO,
        "unknown",
    ),
    "name that stands twice": (objects("address", ("A", PRIVATE), ("A", PUBLIC)), TO, "unknown"),
    # Services ("Objects > Services").
    "service that nothing defines": ("", members("service", "Nothing"), "unknown"),
    "service of no protocol that is known": (service("<new><port>443</port></new>"), SERVICE, "unknown"),
    "service of UDP": (service("<udp><port>443</port></udp>"), SERVICE, "allowed"),
    "ports that are none": (service("<tcp><port>443,https</port></tcp>"), SERVICE, "unknown"),
    "range without an end": (service("<tcp><port>440-x</port></tcp>"), SERVICE, "unknown"),
    "range of ports": (service("<tcp><port>440-450</port></tcp>"), SERVICE, "blocked"),
    "range that ends before": (service("<tcp><port>440-442</port></tcp>"), SERVICE, "allowed"),
    "port of the client": (service("<tcp><port>443</port><source-port>1-1023</source-port></tcp>"), SERVICE, "unknown"),
    "every port of the client": (
        service("<tcp><port>443</port><source-port>1-65535</source-port></tcp>"),
        SERVICE,
        "blocked",
    ),
    "service that stands twice": (
        objects("service", *(("Odd", f"<protocol><tcp><port>{port}</port></tcp></protocol>") for port in (25, 443))),
        SERVICE,
        "unknown",
    ),
    "service group that stands twice": (
        objects(
            "service-group", ("Odd", members("members", "service-http")), ("Odd", members("members", "service-https"))
        ),
        SERVICE,
        "unknown",
    ),
    # Applications ("Objects > Application Groups").
    "application group that stands twice": (
        objects("application-group", ("Odd", members("members", "dns")), ("Odd", members("members", "ssl"))),
        members("application", "Odd"),
        "unknown",
    ),
    "application of another protocol": ("", members("application", "dns"), "allowed"),
    # Categories ("Create a Custom URL Category").
    "category of every host": (custom(members("list", "*")), CATEGORY, "blocked"),
    "category of a kind that is not known": (
        custom(members("list", "x.test") + "<type>New</type>"),
        CATEGORY,
        "unknown",
    ),
    "category without entries": (custom("<list/><type>URL List</type>"), CATEGORY, "allowed"),
    "category of all of no categories": (custom("<list/><type>Category Match</type>"), CATEGORY, "unknown"),
    "category of all of some ratings": (
        custom(members("list", "computer-and-internet-info", "low-risk") + "<type>Category Match</type>"),
        CATEGORY,
        "unknown",
    ),
    "category of all of something else": (
        custom(members("list", "computer-and-internet-info", "Other") + "<type>Category Match</type>"),
        CATEGORY,
        "unknown",
    ),
    "category that stands twice": (
        f"<profiles>{objects('custom-url-category', ('Mine', members('list', 'x.test/')), ('Mine', members('list', 'y.test/')))}</profiles>",
        CATEGORY,
        "unknown",
    ),
    "list of addresses among categories": (
        objects("external-list", ("Mine", "<type><ip><url>x</url></ip></type>")),
        CATEGORY,
        "unknown",
    ),
    "list of URLs of the vendor": ("", members("category", "panw-auth-portal-exclude-url-list"), "unknown"),
    "category that nothing defines": ("", members("category", "Nothing"), "unknown"),
    # Users, machines, times ("Building Blocks in a Security Policy Rule").
    "whoever is not known": ("", UNKNOWN_USER, "unknown"),
    "whoever is known or not": ("", members("source-user", "unknown", "known-user"), "blocked"),
    "whoever is not known, or somebody": ("", members("source-user", "unknown", "corp\\ann"), "unknown"),
    "machine of a kind": ("", members("source-hip", "Managed"), "unknown"),
    "time": ("", "<schedule>Night</schedule>", "unknown"),
    "disabled": ("", "<disabled>yes</disabled>", "allowed"),
    "enabled": ("", "<disabled>no</disabled>", "blocked"),
    "within a zone": ("", "<rule-type>intrazone</rule-type>", "allowed"),
    "between zones": ("", "<rule-type>interzone</rule-type>", "blocked"),
    "target that names nobody": ("", "<target><negate>no</negate></target>", "blocked"),
    "target of a firewall": ("", "<target><devices><entry name='0011'/></devices></target>", "unknown"),
}


@pytest.mark.parametrize(("held", "criterion", "expected"), STOPPING.values(), ids=STOPPING)
def test_a_rule_that_stops_what_it_may_be_about(held: str, criterion: str, expected: str) -> None:
    assert access(firewall(rule("No", criterion) + ALLOW, objects=held)) == expected


LETTING = {
    "mask with wildcard bits": (
        objects("address", ("A", "<ip-wildcard>10.20.1.0/0.0.248.255</ip-wildcard>")),
        TO,
        "unknown",
    ),
    "inside addresses": (objects("address", ("A", PRIVATE)), TO, "blocked"),
    "not inside addresses": (objects("address", ("A", PRIVATE)), TO + NOT_TO, "allowed"),
    "not every address": (objects("address", ("A", PUBLIC)), TO + NOT_TO, "blocked"),
    "pattern for the name of an object": ("", members("destination", "*.microsoft.com"), "unknown"),
    "list of the vendor of what attackers use": ("", members("destination", "panw-known-ip-list"), "blocked"),
    "service of UDP": (service("<udp><port>443</port></udp>"), SERVICE, "blocked"),
    "port of the client": (service("<tcp><port>443</port><source-port>1-1023</source-port></tcp>"), SERVICE, "unknown"),
    "application of another protocol": ("", members("application", "dns"), "blocked"),
    "category without entries": (custom("<list/><type>URL List</type>"), CATEGORY, "blocked"),
    "category of every host": (custom(members("list", "*")), CATEGORY, "allowed"),
    "whoever is not known": ("", UNKNOWN_USER, "unknown"),
    "whoever is known or not": ("", members("source-user", "unknown", "known-user"), "allowed"),
    "time": ("", "<schedule>Night</schedule>", "unknown"),
    "disabled": ("", "<disabled>yes</disabled>", "blocked"),
    "within a zone": ("", "<rule-type>intrazone</rule-type>", "blocked"),
}


@pytest.mark.parametrize(("held", "criterion", "expected"), LETTING.values(), ids=LETTING)
def test_a_rule_that_lets_through_what_it_is_about(held: str, criterion: str, expected: str) -> None:
    assert access(firewall(rule("Out", criterion, "allow"), objects=held)) == expected


def test_nobody_is_known_where_the_user_says_so() -> None:
    """``unknown`` is whoever the device takes for no user ("Building Blocks in a Security Policy Rule")."""
    stopped = firewall(rule("No", UNKNOWN_USER) + ALLOW)

    assert access(stopped, assume=("no_user_mapping",)) == "blocked"
    assert access(firewall(rule("Out", UNKNOWN_USER, "allow")), assume=("no_user_mapping",)) == "allowed"


def test_objects_with_tags_are_not_a_list_that_is_kept_elsewhere() -> None:
    """Assuming lists kept elsewhere to be about others says nothing of objects of the configuration itself."""
    held, criterion, _ = STOPPING["dynamic group of objects with a tag"]

    assert access(firewall(rule("No", criterion) + ALLOW, objects=held), assume=("feeds_unrelated",)) == "unknown"


@pytest.mark.parametrize("kind", ["name of nothing", "service that nothing defines", "category that nothing defines"])
def test_a_name_that_nothing_defines_is_told(kind: str) -> None:
    held, criterion, _ = STOPPING[kind]

    assert [note.kind for note in device_of(firewall(rule("No", criterion) + ALLOW, objects=held)).notes] == [
        "unresolved"
    ]


@pytest.mark.parametrize(
    ("held", "criterion"),
    [
        (
            objects("address-group", ("A", members("static", "B") + "<new>1</new>"))
            + objects("address", ("B", PRIVATE)),
            TO,
        ),
        (objects("service-group", ("Odd", members("members", "service-http") + "<new>1</new>")), SERVICE),
        (
            objects("application-group", ("Odd", "<members><member>dns</member><new/></members>")),
            members("application", "Odd"),
        ),
        (custom(members("list", "x.test/") + "<new>1</new>"), CATEGORY),
        (objects("external-list", ("A", "<type><url><url>x</url></url></type>")), TO),
    ],
    ids=["address group", "service group", "list that is none", "category", "list of URLs"],
)
def test_a_part_of_an_object_that_is_not_known_is_told(held: str, criterion: str) -> None:
    assert device_of(firewall(rule("No", criterion) + ALLOW, objects=held)).unread


@pytest.mark.parametrize(
    ("held", "criterion"),
    [
        (objects("address", ("A", "<fqdn>*.microsoft.com</fqdn>")), TO),
        (objects("address", ("A", "<fqdn>^.microsoft.com</fqdn>")), TO),
        ("", members("destination", "*.microsoft.com")),
        (custom(members("list", "go*.microsoft.com")), CATEGORY),
    ],
)
def test_a_pattern_that_never_matches_is_told(held: str, criterion: str) -> None:
    """A name of an address object holds no wildcard ("Objects > Addresses"), and one of a category is a whole token."""
    device = device_of(firewall(rule("Out", criterion, "allow"), objects=held))

    assert [entry.fault != "" for entry in device.entries] == [True]
    assert verdict(device)[0] != "allowed"
    assert verdict(device, port=80)[0] != "allowed"


def test_groups_are_followed_no_further_than_the_bound() -> None:
    """What is left of groups that are given up may be anything, and is told once."""
    place = Location("config.xml", 1)
    world = World("config.xml", (), Files("config.xml", None), Version())
    world.bound = 1

    leaves, doubts = followed(world, "service group", ("a", "b", "c"), place, lambda _: None)

    assert [name for name, _ in leaves] == ["a"]
    assert len(doubts) == 1
    assert [one.text for one in world.unread] == ["groups"]
    assert followed(world, "service group", ("d",), place, lambda _: None)[1]
    assert len(world.unread) == 1


PROFILES = {
    "group that nothing defines": (members("group", "Nothing"), "", ("unknown", "bypassed", "anonymous")),
    "no group": (members("group", "none"), "", ("allowed", "bypassed", "anonymous")),
    "profile as shipped": (
        f"<profiles>{members('url-filtering', 'default')}</profiles>",
        "",
        ("allowed", "bypassed", "anonymous"),
    ),
    "block list that asks": (
        f"<profiles>{members('url-filtering', 'P')}</profiles>",
        members("block-list", "go.microsoft.com") + "<action>continue</action>",
        ("allowed", "bypassed", "required"),
    ),
    "block list that blocks": (
        f"<profiles>{members('url-filtering', 'P')}</profiles>",
        members("block-list", "go.microsoft.com") + "<action>block</action>",
        ("blocked", "not-applicable", "not-applicable"),
    ),
    "block list that only alerts": (
        f"<profiles>{members('url-filtering', 'P')}</profiles>",
        members("block-list", "go.microsoft.com") + "<action>alert</action>",
        ("allowed", "bypassed", "anonymous"),
    ),
    "own category that is asked for": (
        f"<profiles>{members('url-filtering', 'P')}</profiles>",
        members("override", "Mine"),
        ("allowed", "bypassed", "required"),
    ),
    "own category that is allowed and a rating that is blocked": (
        f"<profiles>{members('url-filtering', 'P')}</profiles>",
        members("allow", "Mine") + members("block", "computer-and-internet-info"),
        ("unknown", "bypassed", "anonymous"),
    ),
    "own category that is blocked and a rating that is allowed": (
        f"<profiles>{members('url-filtering', 'P')}</profiles>",
        members("block", "Mine") + members("allow", "computer-and-internet-info"),
        ("blocked", "not-applicable", "not-applicable"),
    ),
}


def filtered(setting: str, profile: str) -> bytes:
    category = objects("custom-url-category", ("Mine", members("list", "go.microsoft.com/")))
    held = f"<profiles>{category}{objects('url-filtering', ('P', profile))}</profiles>"
    return firewall(rule("Out", f"<profile-setting>{setting}</profile-setting>", "allow"), objects=held)


@pytest.mark.parametrize(("setting", "profile", "expected"), PROFILES.values(), ids=PROFILES)
def test_what_a_profile_does_with_what_a_rule_lets_through(
    setting: str, profile: str, expected: tuple[str, ...]
) -> None:
    """Of several categories the most severe action counts; up to 8.1 the lists come first ("URL Filtering Profiles")."""
    assert verdict(device_of(filtered(setting, profile))) == expected


@pytest.mark.parametrize(
    ("host", "rating", "expected"),
    [
        ("go.microsoft.com", "computer-and-internet-info", "unknown"),
        ("go.microsoft.com", "business-and-economy", "allowed"),
        ("events.data.microsoft.com", "computer-and-internet-info", "blocked"),
    ],
)
def test_an_own_category_beside_a_rating_that_is_said(host: str, rating: str, expected: str) -> None:
    """Documents disagree on which of the two is heard where a host is in both; where it is in one there is no doubt."""
    setting, profile, _ = PROFILES["own category that is allowed and a rating that is blocked"]
    device = device_of(filtered(setting, profile), ratings={host: (rating,)})

    assert verdict(device, host, assume=("ratings",))[0] == expected
