"""The secrets of each platform, in its own words, with where they stand. ``docs/secrets.md`` is made of it."""

from __future__ import annotations

from typing import NamedTuple

HERE = "{secret}"
"""Stands for the secret."""


class Secret(NamedTuple):
    """One kind of secret."""

    platform: str
    what: str
    text: str
    """As a configuration has it: lines that can stand between others, with :data:`HERE`."""


def _fortios(what: str, section: str, *settings: str) -> Secret:
    lines = "".join(f"        set {setting}\n" for setting in settings)
    return Secret("fortinet_fortios", what, f'config {section}\n    edit "one"\n{lines}    next\nend\n')


def _panos(what: str, *path: str, value: str = HERE) -> Secret:
    text = value
    for tag in reversed(path):
        name = tag.partition(" ")[0]
        text = f"<{tag}>{text}</{name}>"
    return Secret("paloalto_panos", what, text + "\n")


def _reg(what: str, key: str, line: str) -> Secret:
    return Secret("mde_endpoint", what, f"[HKEY_LOCAL_MACHINE\\{key}]\n{line}\n\n")


_DATA_COLLECTION = r"SOFTWARE\Policies\Microsoft\Windows\DataCollection"

CATALOGUE = (
    _fortios("passwords of administrators", "system admin", "password ENC {secret}"),
    _fortios("passwords of administrators that were typed", "system admin", "password {secret}"),
    _fortios("passwords of local users", "user local", "passwd ENC {secret}", "two-factor-key {secret}"),
    _fortios("pre-shared keys of VPNs", "vpn ipsec phase1-interface", "psksecret ENC {secret}", "authpasswd {secret}"),
    _fortios("private keys of certificates", "vpn certificate local", "password ENC {secret}", 'private-key "-----BEGIN ENCRYPTED PRIVATE KEY-----\n{secret}\n-----END ENCRYPTED PRIVATE KEY-----"'),
    _fortios("SNMP communities", "system snmp community", 'name "{secret}"'),
    _fortios("SNMP users", "system snmp user", "auth-pwd ENC {secret}", "priv-pwd ENC {secret}"),
    _fortios("RADIUS secrets", "user radius", "secret ENC {secret}", "rsso-secret {secret}"),
    _fortios("LDAP passwords", "user ldap", 'username "cn=svc"', "password ENC {secret}"),
    _fortios("TACACS+ keys", "user tacacs+", "key ENC {secret}"),
    _fortios("passwords of FSSO collectors", "user fsso", "password ENC {secret}"),
    _fortios("passwords of clusters", "system ha", "password ENC {secret}"),
    _fortios("passphrases of wireless networks", "wireless-controller vap", "passphrase ENC {secret}"),
    _fortios("passwords of routing neighbours", "router bgp", "password ENC {secret}", "md5-key ENC {secret}"),
    _fortios("keys of API users", "system api-user", "api-key ENC {secret}"),
    _fortios("keys of cloud connectors", "system sdn-connector", "secret-key ENC {secret}", "client-secret {secret}", "api-key {secret}"),
    _fortios("passwords of parent proxies", "web-proxy forward-server", 'username "svc"', "password ENC {secret}"),
    _fortios("passwords of mail servers and dynamic DNS", "system email-server", "password ENC {secret}", "ddns-password {secret}"),
    _fortios("tokens in addresses of lists", "system external-resource", 'resource "https://lists.example/feed?token={secret}"'),
    _fortios("keytabs of Kerberos", "user krb-keytab", 'keytab "{secret}"'),
    _fortios("passwords in comments", "firewall address", 'comment "password: {secret}"'),
    _fortios("logins in addresses of lists", "system external-resource", 'resource "https://svc:{secret}@lists.example/feed"', "password ENC {secret}"),
    _panos("hashes of administrators' passwords", "mgt-config", "users", "entry name='admin'", "phash"),
    _panos("passwords of local users", "local-user-database", "user", "entry name='a'", "phash"),
    _panos("pre-shared keys of VPNs", "ike", "gateway", "entry name='g'", "authentication", "pre-shared-key", "key"),
    _panos("SNMP communities", "snmp-setting", "access-setting", "version", "v2c", "snmp-community-string"),
    _panos("SNMP users", "snmp-setting", "v3", "users", "entry name='u'", "authpwd"),
    _panos("private keys of certificates", "certificate", "entry name='c'", "private-key"),
    _panos("LDAP passwords", "server-profile", "ldap", "entry name='l'", "bind-password"),
    _panos("RADIUS secrets", "server-profile", "radius", "entry name='r'", "server", "entry name='s'", "secret"),
    _panos("TACACS+ secrets", "server-profile", "tacplus", "entry name='t'", "server", "entry name='s'", "secret"),
    _panos("keys of APIs", "deviceconfig", "system", "api", "key"),
    _panos("the master key", "deviceconfig", "system", "master-key"),
    _panos("the key that joins a Panorama", "deviceconfig", "system", "panorama", "auth-key"),
    _panos("keytabs of Kerberos", "authentication-profile", "entry name='k'", "single-sign-on", "kerberos-keytab"),
    _panos("secrets of clients in the cloud", "shared", "cloud-identity-engine", "client-secret"),
    _panos("logins in addresses of Kerberos and proxies", "deviceconfig", "system", "pac-url", value="http://svc:{secret}@wpad.example/proxy.pac?token={secret}"),
    _panos("passwords of proxies", "deviceconfig", "system", "secure-proxy-password"),
    _panos("headers of webhooks", "log-settings", "http", "entry name='h'", "headers", "entry name='Authorization'", "value"),
    _panos("logins of external lists", "external-list", "entry name='e'", "type", "url", "url", value="https://svc:{secret}@lists.example/feed"),
    _panos("passwords of external lists", "external-list", "entry name='f'", "type", "url", "auth", "password"),
    _panos("keys of GlobalProtect", "global-protect", "agent-user-override-key"),
    _panos("secrets of routing neighbours", "auth-profiles", "entry name='b'", "secret"),
    Secret("squid", "passwords of the cache manager", "cachemgr_passwd {secret} all\n"),
    Secret("squid", "passwords of the cache manager", 'cachemgr_passwd "two {secret}" all\n'),
    Secret("squid", "logins at parent proxies", "cache_peer parent.example parent 3128 0 login=svc:{secret}\n"),
    Secret("squid", "passwords of LDAP helpers", "auth_param basic program /usr/lib/squid/basic_ldap_auth -b dc=x -D cn=svc -w {secret} ldap.example\n"),
    Secret("squid", "passwords of LDAP helpers", 'auth_param basic program /usr/lib/squid/basic_ldap_auth -D cn=svc -w "two {secret}" ldap.example\n'),
    Secret("squid", "passwords of group helpers", "external_acl_type g %LOGIN /usr/lib/squid/ext_ldap_group_acl -b dc=x -D cn=svc -w {secret} ldap.example\n"),
    Secret("squid", "secrets of RADIUS helpers", "auth_param basic program /usr/lib/squid/basic_radius_auth -h radius.example -w {secret}\n"),
    Secret("squid", "credentials that are sent on", 'request_header_add Authorization "Basic {secret}" all\n'),
    Secret("squid", "cookies that are sent on", 'request_header_add Cookie "session={secret}" all\n'),
    Secret("squid", "keys for content adapters", 'adaptation_meta X-Api-Key "{secret}" all\n'),
    Secret("squid", "logins in addresses", "deny_info http://svc:{secret}@errors.example/denied all\n"),
    Secret("squid", "logins at content adapters", "icap_service i reqmod_precache icap://svc:{secret}@icap.example:1344/reqmod\n"),
    Secret("squid", "SNMP communities", "acl snmp snmp_community {secret}\n"),
    Secret("squid", "passwords of router groups", "wccp2_service standard 0 password={secret}\n"),
    Secret("squid", "logins at parent proxies", "cache_peer other.example parent 3128 0 name=other login=svc:{secret}\nnever_direct allow all\n"),
    Secret("squid", "tokens in patterns", "acl tokens url_regex token={secret}\nhttp_access deny tokens\n"),
    Secret("squid", "tokens in patterns", "acl signed url_regex -i ^https?://[^/]+/.*[?&]sig={secret}&\nhttp_access deny signed\n"),
    Secret("squid", "headers that are compared", "acl header req_header Authorization ^Basic.{secret}\nhttp_access deny header\n"),
    Secret("squid", "credentials that are sent on", 'request_header_add X-Password "{secret}" all\n'),
    Secret("squid", "headers that are compared", "acl cookie req_header Cookie session={secret}\nhttp_access deny cookie\n"),
    Secret("squid", "notes of helpers", "acl noted note token {secret}\nhttp_access deny noted\n"),
    Secret("squid", "SNMP communities", "acl managed snmp_community {secret}\nsnmp_access deny managed\n"),
    Secret("squid", "keys of helpers", "external_acl_type checked %DST /usr/local/bin/check --token {secret} --api-key={secret}\nacl known external checked password={secret}\nhttp_access deny known\n"),
    Secret("squid", "keys of helpers", "url_rewrite_program /usr/local/bin/rewrite --secret {secret}\n"),
    Secret("squid", "passwords in comments", "# password: {secret}\n"),
    Secret("pac", "logins at proxies", '  if (host == "a.test") return "PROXY svc:{secret}@proxy.example:8080";\n'),
    Secret("pac", "tokens in addresses", '  if (shExpMatch(url, "*?token={secret}")) return "DIRECT";\n'),
    Secret("pac", "keys in variables", '  var apiKey = "{secret}";\n'),
    Secret("pac", "tokens in addresses", '  if (url.indexOf("apikey={secret}") > 0 && isInNet(dnsResolve(host), "10.0.0.0", "255.0.0.0")) return "DIRECT";\n'),
    Secret("pac", "logins at proxies", '  if (host == "winatp-gw-neu.microsoft.com") return "PROXY svc:{secret}@proxy.example:8080; DIRECT";\n'),
    Secret("pac", "passwords in comments", "  // password: {secret}\n"),
    _reg("logins at the sensor's proxy", _DATA_COLLECTION, '"TelemetryProxyServer"="svc:{secret}@proxy.example:8080"'),
    _reg("logins at Defender Antivirus' proxy", r"SOFTWARE\Policies\Microsoft\Windows Defender", '"ProxyServer"="http://svc:{secret}@proxy.example:8080"'),
    _reg("tokens in addresses of PAC scripts", r"SOFTWARE\Policies\Microsoft\Windows Defender", '"ProxyPacUrl"="http://wpad.example/proxy.pac?token={secret}"'),
    _reg("what onboards a machine", r"SOFTWARE\Policies\Microsoft\Windows Advanced Threat Protection", '"OnboardingInfo"="{{\\"body\\":\\"{{\\\\\\"orgIds\\\\\\":[\\\\\\"{secret}\\\\\\"]}}\\",\\"sig\\":\\"{secret}\\"}}"'),
    _reg("keys of workspaces", r"SYSTEM\CurrentControlSet\Services\HealthService\Parameters\Service Connector Services\Log Analytics", '"WorkspaceKey"="{secret}"'),
    _reg("passwords of automatic logons", r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon", '"DefaultPassword"="{secret}"'),
    Secret("live", "logins at proxies", "Proxy config: Method=Proxy, Proxy=http://svc:{secret}@proxy.example:8080, Bypass=\n"),
    Secret("live", "identifiers of organisations", "Device Organization ID : {secret}\nOrgID: {secret}\n"),
    Secret("live", "names of machines and users", "Device name : {secret}\nUser : CORP\\{secret}\n"),
    Secret("live", "tokens in addresses", "Testing URL : https://a.good.test/x?token={secret}\n1 - Default proxy: Succeeded (200)\n"),
)  # fmt: skip


_INTUNE = r"./Device/Vendor/MSFT/Policy/Config/System/TelemetryProxy"
_PROFILE = (
    '<?xml version="1.0"?><plist version="1.0"><dict><key>PayloadContent</key><array><dict><key>PayloadType</key>'
    "<string>com.apple.proxy.http.global</string><key>ProxyServer</key><string>svc:{secret}@proxy.example</string>"
    "<key>ProxyUsername</key><string>svc</string><key>ProxyPassword</key><string>{secret}</string></dict></array></dict></plist>"
)
_REPORT = (
    '<?xml version="1.0"?><Rsop xmlns="http://www.microsoft.com/GroupPolicy/Rsop"><ComputerResults><ExtensionData><Extension '
    'xmlns:q="http://www.microsoft.com/GroupPolicy/Settings/Windows/Registry"><q:RegistrySettings><q:Registry cpassword="{secret}">'
    '<q:Properties action="U" hive="HKEY_LOCAL_MACHINE" key="SOFTWARE\\Policies\\Microsoft\\Windows\\DataCollection" '
    'name="TelemetryProxyServer" type="REG_SZ" value="svc:{secret}@proxy.example:8080"/></q:Registry></q:RegistrySettings></Extension>'
    "</ExtensionData></ComputerResults></Rsop>"
)
FILES = {
    "environment": "HTTPS_PROXY=http://svc:{secret}@proxy.example:8080\nhttp_proxy=svc:{secret}@proxy.example:8080\nAPI_TOKEN={secret}\n",
    "apt.conf": 'Acquire::http::Proxy "http://svc:{secret}@proxy.example:8080";\nAcquire::https::packages.microsoft.com::Password "{secret}";\n',
    "mdatp_managed.json": '{"cloudService":{"proxy":"http://svc:{secret}@proxy.example:8080/","proxyPassword":"{secret}"},"onboardingInfo":"{secret}","token":"{secret}"}',
    "proxy.ps1": 'netsh winhttp set proxy proxy-server="http=svc:{secret}@proxy.example:8080"\n$password = "{secret}"\n'
    "Set-MpPreference -ProxyServer http://svc:{secret}@proxy.example:8080 -Password {secret}\n"
    "Set-MpPreference -ProxyPacUrl 'http://wpad.example/proxy.pac?token={secret}'\n",
    "profile.mobileconfig": _PROFILE,
    "intune.json": f'{{"omaSettings":[{{"omaUri":"{_INTUNE}","value":"svc:{{secret}}@proxy.example:8080"}},'
    f'{{"omaUri":"{_INTUNE}","value":{{"password":"{{secret}}"}}}}]}}',
    "rsop.xml": _REPORT,
}
"""Other files about endpoints, as a whole."""


def planted(platform: str, token: str) -> str:
    """The secrets of a platform, each one a token of its own that begins alike."""
    mine = [secret for secret in CATALOGUE if secret.platform == platform]
    return "".join(
        secret.text.replace("{secret}", f"{token}{number:02}").replace("{{", "{").replace("}}", "}")
        for number, secret in enumerate(mine)
    )


def page() -> str:
    """The catalogue as a table in Markdown."""
    rows = dict.fromkeys((secret.platform, secret.what) for secret in CATALOGUE)
    platforms = list(dict.fromkeys(platform for platform, _ in rows))
    lines = ["| where | what stands there that is not shown |", "|---|---|"]
    lines += [f"| `{each}` | {', '.join(what for platform, what in rows if platform == each)} |" for each in platforms]
    return "\n".join(lines) + "\n"
