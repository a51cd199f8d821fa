"""Lines as configurations have them, each with a secret in words of its own: reports quote them with stars in its place."""

import pytest

from allowlint.syntax.secrets import masked

SECRET = "Zq9"  # noqa: S105 - what is looked for
LINES = r"""
set pass Zq9
set passwd2 Zq9
set authpasswd Zq9
set passphrases Zq9
set password ENC Zq9
set PASSWORD Zq9
set psksecret Zq9
set ppksecret Zq9
set psk Zq9
set auth-pwd Zq9
set privpwd Zq9
set authpwd Zq9
set md5-key Zq9
set key-string Zq9
set keytab Zq9
set ospf-authkey Zq9
set apikey Zq9
set enckey Zq9
set phash Zq9
set hash Zq9
set community Zq9
set community-string Zq9
set token Zq9
set authcode Zq9
set credentials Zq9
move password Zq9
rename password Zq9
delete password Zq9
copy password Zq9
override password Zq9
set panorama x y Zq9
set template T config Zq9
set rulebase security rules A frob Zq9
set rulebase security rules "A b" frob Zq9
<entry name="a" phash="Zq9"/>
<x a='Zq9'/>
<x a="b Zq9"/>
<x y="Zq9
<x>Zq9
<x><![CDATA[Zq9]]></x>
<member><![CDATA[a]]></member><x>Zq9</x>
<x><![CDATA[<member>Zq9]]></x>
<x><![CDATA[a <member>Zq9
<!-- Zq9
<!-- a --><x>Zq9</x>
<member><!-- <member>Zq9 --></member>
<member><!-- a > Zq9
<member>https://svc:Zq9@lists.example</member>
<member>https://Zq9@lists.example</member>
http://Zq9@proxy.example:8080
http://svc:ab/Zq9@proxy.example:8080
http_proxy=svc:Zq9@proxy.example:8080
svc:Zq9@proxy.example:8080
svc:Zq9/ab@proxy.example:8080
'svc:Zq9@proxy.example:8080
PROXY svc:Zq9@proxy.example:8080
http://a.test/?key=Zq9
http://a.test/?sig=Zq9
http://a.test/?signature=Zq9
http://a.test/?code=Zq9
http://a.test/?Code=Zq9
http://a.test/?auth=Zq9
http://a.test/?x=y&client.code=Zq9
url_regex [?]code=Zq9
pass=Zq9
pwd=Zq9
psk=Zq9
passwd=Zq9
passwords=Zq9
passphrase=Zq9
access-key=Zq9
accountKey=Zq9
SharedKey=Zq9
PrimaryKey=Zq9
secondary_key=Zq9
encryption-key=Zq9
onboardingblob=Zq9
DB_PASSWORD: Zq9
"password": Zq9
password:"a Zq9"
password: 'a Zq9'
password='a Zq9'
password='a\'Zq9'
password="a\" Zq9"
password="Zq9
Acquire::http::Proxy "http://p:1"; Acquire::https::a.test::Password "a Zq9";
check -pass Zq9
check --passwd Zq9
check --passphrase Zq9
check --db-pwd Zq9
check --psk Zq9
check --api-key Zq9
check --tokens Zq9
check --token "a Zq9" b
check -w Zq9
check -w "a Zq9" b
check -w 'a Zq9' b
Cachemgr_Passwd Zq9 all
cachemgr_passwd "a Zq9" all
acl managed snmp_community "a Zq9"
request_header_add Authorization Basic Zq9
request_header_add Proxy-Authorization "Basic Zq9" all
request_header_add X-Password "Zq9" all
request_header_add X-Token "Zq9" all
request_header_add X-Secret "Zq9" all
request_header_add X-Credential "Zq9" all
request_header_add X-Auth "Zq9
Request_Header_Add X-Auth "Zq9"
acl h req_header Authorization -i x Zq9
acl h req_header X-Key Zq9
acl h req_header X-Secret Zq9
acl h req_header X-Auth Zq9
acl h note password Zq9
"""
MISSPELT = """
network template template-stack shared vsys device-group panorama plugins readonly devices log-collector-group log-collector log-settings
setting user-id-collector import deviceconfig mgt-config rulebase pre-rulebase post-rulebase address address-group application-filter
application-group authentication-object custom-url-category external-list parent-dg profile-group profiles region schedule service
service-group ssl-exclude-cert tag zone static-route
"""


def shown(line: str) -> str:
    """What is shown of a line, every other character of which stands where it stood."""
    text = masked(line)
    assert len(text) == len(line)
    assert all(after in (before, "*") for before, after in zip(line, text, strict=True))
    return text


@pytest.mark.parametrize("line", LINES.strip().splitlines())
def test_a_secret_is_not_shown_whatever_it_is_called(line: str) -> None:
    assert SECRET not in shown(line)


@pytest.mark.parametrize("what", MISSPELT.split())
def test_the_values_of_a_misspelt_command_are_not_shown(what: str) -> None:
    assert SECRET not in shown(f"sett {what} one frob {SECRET}")


def test_bytes_of_a_registry_export_are_not_shown() -> None:
    assert shown(r'"Onboarding"=hex(1):5a,71,\ '.rstrip()) == '"Onboarding"=hex(1):*******'
    assert shown('"Onboarding"=hex:5A,71') == '"Onboarding"=hex:*****'
    assert shown("  5a,71,39") == "  ********"


@pytest.mark.parametrize("line", [
    "set srcaddr all",
    "http_port 3128",
    "acl mine dstdomain .good.test",
    "http_access allow mine",
    "auth_param basic program /usr/lib/squid/basic_ldap_auth -W /etc/squid/word",
    'return "PROXY proxy.example:8080; DIRECT";',
    "<member>any</member>",
    "winatp-gw-neu.microsoft.com:443",
])  # fmt: skip
def test_what_a_finding_points_at_is_shown(line: str) -> None:
    assert shown(line) == line
