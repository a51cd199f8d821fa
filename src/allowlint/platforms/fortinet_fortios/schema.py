"""The settings of a policy that ask nothing of a connection, by name.

What is not here and not read by name is not understood, and the policy's match is then unknown. The names are those of the schemas of
5.4 to 7.6 (docs.fortinet.com, "config firewall policy", "config firewall security-policy" and "config firewall proxy-policy").
"""

IGNORED = frozenset(
    """
    policyid policy-behaviour-type ip-version-type name uuid uuid-idx comments comment label global-label custom-log-fields
    logtraffic logtraffic-start log-http-transaction log-unmatched-traffic capture-packet auto-asic-offload np-acceleration
    delay-tcp-npu-session firewall-session-dirty session-ttl schedule-timeout timeout-send-rst send-deny-packet
    tcp-mss-sender tcp-mss-receiver tcp-session-without-syn anti-replay tcp-timeout-pid udp-timeout-pid
    nat nat46 nat64 natip natinbound natoutbound inbound outbound ippool poolname poolname6 fixedport permit-any-host
    permit-stun-host central-nat port-preserve port-random pcp-inbound pcp-outbound pcp-poolname cgn-log-server-grp
    cgn-session-quota cgn-eif cgn-eim cgn-resource-quota match-vip match-vip-only
    traffic-shaper traffic-shaper-reverse per-ip-shaper dynamic-shaping diffserv-copy diffserv-forward diffserv-reverse
    diffservcode-forward diffservcode-rev vlan-cos-fwd vlan-cos-rev fec passive-wan-health-measurement
    av-profile ips-sensor ips-voip-filter dlp-sensor dlp-profile dnsfilter-profile emailfilter-profile spamfilter-profile
    file-filter-profile voip-profile waf-profile icap-profile cifs-profile videofilter-profile virtual-patch-profile
    ssh-filter-profile sctp-filter-profile diameter-filter-profile casb-profile telemetry-profile gtp-profile pfcp-profile
    mms-profile profile-protocol-options scan-botnet-connections app-monitor learning-mode deep-inspection-options
    replacemsg-override-group replacemsg-group block-notification redirect-url auth-cert auth-path auth-redirect-addr
    saml-server radius-mac-auth-bypass radius-ip-auth-bypass fsso fsso-agent-for-ntlm ntlm-enabled-browsers wsso rsso
    identity-based-route wccp webcache webcache-https wanopt wanopt-detection wanopt-passive-opt wanopt-peer wanopt-profile
    decrypted-traffic-mirror ssl-mirror ssl-mirror-intf dsri geoip-anycast geoip-match
    reputation-direction reputation-direction6 ssh-policy-redirect ztna-policy-redirect webproxy-profile
    srcaddr6 dstaddr6 srcaddr6-negate dstaddr6-negate
    internet-service6 internet-service6-name internet-service6-group internet-service6-custom internet-service6-custom-group
    internet-service6-fortiguard internet-service6-negate internet-service6-src internet-service6-src-name
    internet-service6-src-group internet-service6-src-custom internet-service6-src-custom-group
    internet-service6-src-fortiguard internet-service6-src-negate reputation-minimum6
    policy-expiry-date policy-expiry-date-utc ztna-tags-match-logic rtp-addr dscp-value dscp-negate tos tos-negate
    https-sub-category http-tunnel-auth detect-https-in-http-request isolator-server transparent
    """.split()
)
"""Logging, address translation, shaping, IPv6, and profiles that look at content or at other protocols."""

HARMLESS_VALUES = {
    "action": (),
    "rtp-nat": ("disable",),
    "dscp-match": ("disable",),
    "sgt-check": ("disable",),
    "tos-mask": ("0x00", "0x0", "0"),
    "vlan-filter": ("",),
    "policy-expiry": ("disable",),
    "ztna-status": ("disable",),
    "http-policy-redirect": ("disable",),
    "reputation-minimum": ("0",),
    "ntlm": ("disable",),
    "ntlm-guest": ("disable",),
    "disclaimer": ("disable",),
    "email-collect": ("disable",),
    "internet-service": ("disable",),
    "internet-service-src": ("disable",),
    "identity-based": ("disable",),
    "device-ownership": ("disable",),
    "ztna-device-ownership": ("disable",),
    "ztna-ems-tag-negate": ("disable",),
    "url-risk": ("disable",),
}
"""Settings that ask nothing while they have one of these values."""

NOTHING = frozenset(("", "disable", "0", "none"))
"""Values with which a setting that is not known asks nothing: every release has one more that is switched off."""
