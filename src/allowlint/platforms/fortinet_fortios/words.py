"""The words of the configuration by section, so that one that is not known is told and not passed over.

The names are those of the schemas of 6.0 to 7.6 (docs.fortinet.com, CLI references), with those that earlier releases had.
"""

from allowlint.platforms.fortinet_fortios.reading import Vdom
from allowlint.platforms.fortinet_fortios.schema import NOTHING
from allowlint.syntax.blocks import Block

_SERVER = """client-certificate unsupported-ssl-version unsupported-ssl-cipher unsupported-ssl-negotiation expired-server-cert
    revoked-server-cert untrusted-server-cert cert-validation-timeout cert-validation-failure sni-server-cert-check
    cert-probe-failure encrypted-client-hello min-allowed-ssl-version client-cert-request unsupported-ssl invalid-server-cert
    allow-invalid-server-cert untrusted-cert"""
_SETTINGS = {
    "address": """uuid subnet type route-tag sub-type clearpass-spt macaddr start-ip end-ip fqdn country wildcard-fqdn cache-ttl
        wildcard sdn fsso-group sso-attribute-value interface tenant organization epg-name subnet-name sdn-tag policy-group
        obj-tag obj-type tag-detection-level tag-type hw-vendor hw-model os sw-version agent-id comment associated-interface
        color filter sdn-addr-type node-ip-only obj-id allow-routing fabric-object start-mac end-mac visibility tags hw-type
        passive-fqdn-learning""",
    "address group": """uuid type category allow-routing member comment exclude exclude-member color fabric-object visibility
        tags""",
    "service": """uuid proxy category protocol helper iprange fqdn protocol-number icmptype icmpcode tcp-portrange udp-portrange
        udplite-portrange sctp-portrange tcp-halfclose-timer tcp-halfopen-timer tcp-timewait-timer tcp-rst-timer
        udp-idle-timer session-ttl check-reset-range comment color app-service-type app-category application fabric-object
        visibility explicit-proxy""",
    "internet-service-custom": "name reputation comment id",
    "wildcard-fqdn": "uuid wildcard-fqdn color comment visibility",
    "proxy-address": """uuid type host host-regex path query referrer category method ua ua-min-ver ua-max-ver header-name
        header case-sensitivity color comment visibility post-arg application url-list""",
    "proxy-addrgrp": "uuid type member color comment visibility",
    "service group": "uuid proxy member comment color fabric-object visibility explicit-proxy",
    "ssl-ssh-profile": """allowlist whitelist block-blacklisted-certificates block-blocklisted-certificates caname comment
        mapi-over-https rpc-over-https server-cert server-cert-mode ssl-anomalies-log ssl-anomaly-log ssl-exemption-ip-rating
        ssl-exemption-log ssl-exemptions-log ssl-handshake-log ssl-negotiation-log ssl-server-cert-log supported-alpn
        untrusted-caname use-ssl-server""",
    "https": f"ports status quic udp-not-quic proxy-after-tcp-handshake {_SERVER}",
    "ssl": f"inspect-all {_SERVER}",
    "ssl-exempt": "type fortiguard-category address address6 wildcard-fqdn regex",
    "webfilter profile": """comment extended-log feature-set https-replacemsg inspection-mode log-all-url options ovrd-perm
        post-action replacemsg-group web-antiphishing-log web-content-log web-extended-all-action-log web-filter-activex-log
        web-filter-applet-log web-filter-command-block-log web-filter-cookie-log web-filter-cookie-removal-log
        web-filter-js-log web-filter-jscript-log web-filter-referer-log web-filter-unknown-log web-filter-vbs-log
        web-flow-log-encoding web-ftgd-err-log web-ftgd-quota-usage web-invalid-domain-log web-url-log wisp wisp-algorithm
        wisp-servers youtube-channel-status urlfilter-table""",
    "web": """bword-threshold bword-table urlfilter-table content-header-list blocklist allowlist blacklist whitelist
        safe-search youtube-restrict vimeo-restrict log-search""",
    "ftgd-wf": """options exempt-quota ovrd max-quota-timeout rate-javascript-urls rate-css-urls rate-crl-urls
        rate-image-urls category-override""",
    "filters": """category action warn-duration auth-usr-grp log override-replacemsg warning-prompt
        warning-duration-type""",
    "urlfilter": """name comment one-arm-ips-urlfilter ip-addr-block ip4-mapped-ip6 include-subdomains""",
    "application list": """uuid comment replacemsg-group extended-log other-application-action app-replacemsg
        other-application-log enforce-default-app-port force-inclusion-ssl-di-sigs unknown-application-action
        unknown-application-log p2p-black-list p2p-block-list deep-app-inspection options control-default-network-services""",
    "application entries": """risk category sub-category application protocols vendor technology behavior popularity exclusion
        action log log-packet rate-count rate-duration rate-mode rate-track session-ttl shaper shaper-reverse per-ip-shaper
        quarantine quarantine-expiry quarantine-log sub-category tags""",
    "entries": """url type action antiphish-action status exempt web-proxy-profile referrer-host dns-address-family
        comment""",
}
SETTINGS = {kind: frozenset(words.split()) for kind, words in _SETTINGS.items()}
"""What can be set in objects that are looked into."""
BLOCKS = {
    "address": frozenset(("list", "tagging")),
    "address group": frozenset(("tagging",)),
    "internet-service-custom": frozenset(("entry",)),
    "proxy-address": frozenset(("header-group", "tagging")),
    "proxy-addrgrp": frozenset(("tagging",)),
    "ssl-ssh-profile": frozenset(
        ("dot", "ech-outer-sni", "ftps", "https", "imaps", "pop3s", "smtps", "ssh", "ssl", "ssl-exempt", "ssl-server")
    ),
    "webfilter profile": frozenset(
        ("antiphish", "file-filter", "ftgd-wf", "override", "url-extraction", "web", "youtube-channel-filter")
    ),
    "web": frozenset(("keyword-match",)),
    "ftgd-wf": frozenset(("filters", "quota", "risk")),
    "urlfilter": frozenset(("entries",)),
    "application list": frozenset(("entries", "default-network-services")),
    "application entries": frozenset(("parameters",)),
}
"""The blocks that they may hold."""

_FIREWALL = """access-proxy access-proxy6 access-proxy-ssh-client-cert access-proxy-virtual-host acl acl6 address address6
    address6-template addrgrp addrgrp6 auth-portal carrier-endpoint-bwl central-snat-map city consolidated country
    decrypted-traffic-mirror dnstranslation DoS-policy DoS-policy6 global gtp identity-based-route interface-policy
    interface-policy6 internet-service internet-service-addition internet-service-append internet-service-botnet
    internet-service-custom internet-service-custom-group internet-service-definition internet-service-extension
    internet-service-fortiguard internet-service-group internet-service-ipbl-reason internet-service-ipbl-vendor
    internet-service-list internet-service-name internet-service-owner internet-service-reputation internet-service-sld
    ip-translation ipmacbinding ippool ippool6 ipv6-eh-filter ldb-monitor local-in-policy local-in-policy6 mms-profile
    multicast-address multicast-address6 multicast-policy multicast-policy6 network-service-dynamic on-demand-sniffer pfcp
    policy policy46 policy6 policy64 profile-group profile-protocol-options proxy-address proxy-addrgrp proxy-policy region
    schedule security-policy service shaper shaping-policy shaping-profile sniffer ssh ssl ssl-server ssl-ssh-profile
    traffic-class ttl-policy vendor-mac vendor-mac-summary vip vip46 vip6 vip64 vipgrp vipgrp46 vipgrp6 vipgrp64
    wildcard-fqdn explicit-proxy-policy explicit-proxy-address explicit-proxy-addrgrp deep-inspection-options
    sniff-interface-policy modem-policy interface-policy46 ip6-translation nat64 ipmacbinding"""
_FAMILIES = {
    "firewall": frozenset(_FIREWALL.split()),
    "webfilter": frozenset(
        """content content-header cookie-ovrd fortiguard ftgd-local-cat ftgd-local-rating ftgd-local-risk ftgd-risk-level
        ftgd-warning ips-urlfilter-cache-setting ips-urlfilter-setting ips-urlfilter-setting6 override override-user profile
        search-engine status urlfilter ftgd-ovrd ftgd-ovrd-user""".split()
    ),
    "web-proxy": frozenset(
        """debug-url explicit explicit-proxy fast-fallback forward-server forward-server-group global isolator-server profile
        url-list url-match wisp""".split()
    ),
    "authentication": frozenset(("rule", "scheme", "setting")),
}
"""Sections by their second word, of the families that decide about connections."""
_OTHERS = frozenset(
    """alertemail antivirus application automation casb certificate cifs configuration credential-store diameter-filter dlp
    dnsfilter dpdk email-filter emailfilter endpoint-control extender extender-controller extension-controller file-filter ftp-proxy
    gtp hardware icap imp2p ips log monitoring netscan nsx nsxt pfcp report router rule scan sctp-filter spamfilter ssh-filter
    switch-controller system telemetry-controller user vdom videofilter virtual-patch voip vpn waf wanopt wireless-controller
    global ztna client-reputation mobile-broadband""".split()
)
"""Families of sections that let nothing through and stop nothing by themselves."""


def understood(vdom: Vdom, block: Block, kind: str) -> bool:
    """Whether every word of an object is known; those that are not are written down."""
    if block.settings.keys() <= SETTINGS[kind] and not block.blocks:
        return True
    unknown = block.settings.keys() - SETTINGS[kind]
    settings, blocks = (
        [word for word in unknown if block.word(word) not in NOTHING],
        block.blocks.keys() - BLOCKS.get(kind, frozenset()),
    )
    for word in sorted(settings):
        vdom.not_understood(block.at, f"set {word}", f"no setting of {kind} {block.name!r} that is known")
    for word in sorted(blocks):
        vdom.not_understood(block.at, f"config {word}", f"no part of {kind} {block.name!r} that is known")
    return not settings and not blocks


def note_sections(vdom: Vdom) -> list[int]:
    """Write down the sections of which nothing is known; where those stand that may stop a connection before any policy."""
    stopping = []
    for name, block in vdom.own.blocks.items():
        family, _, rest = name.partition(" ")
        known = _FAMILIES.get(family)
        unknown = rest.split(" ", 1)[0] not in known if known is not None else family not in _OTHERS
        if unknown and not block.is_empty:
            vdom.not_understood(block.at, f"config {name}", "no section that is known: what it does is unknown")
            # The command line takes abbreviations: `config fire policy` is one of policies.
            if "firewall".startswith(family):
                stopping.append(block.at)
    return stopping
