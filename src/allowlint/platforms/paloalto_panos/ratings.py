"""The categories by which the vendor rates hosts (docs.paloaltonetworks.com, "Predefined URL Categories"; "URL Filtering Categories")."""

PREDEFINED = frozenset(
    """
    abortion abused-drugs adult ai-code-assistant ai-conversational-assistant ai-data-and-workflow-optimizer ai-media-service
    ai-meeting-assistant ai-platform-service ai-website-generator ai-writing-assistant alcohol-and-tobacco
    artificial-intelligence auctions business-and-economy command-and-control compromised-website computer-and-internet-info
    content-delivery-networks copyright-infringement cryptocurrency dating dynamic-dns educational-institutions encrypted-dns
    entertainment-and-arts extremism financial-services gambling games government grayware hacking health-and-medicine high-risk
    home-and-garden hunting-and-fishing insufficient-content internet-communications-and-telephony internet-portals job-search
    legal low-risk malware marijuana medium-risk military motor-vehicles music newly-registered-domain news not-resolved nudity
    online-storage-and-backup open-http-proxies parked peer-to-peer personal-sites-and-blogs philosophy-and-political-advocacy phishing
    private-ip-addresses proxy-avoidance-and-anonymizers questionable ransomware real-estate real-time-detection
    recreation-and-hobbies reference-and-research religion remote-access scanning-activity search-engines sex-education
    shareware-and-freeware shopping social-networking society sports stock-advice-and-tools streaming-media
    swimsuits-and-intimate-apparel training-and-tools translation travel unknown weapons web-advertisements web-based-email
    web-hosting
    """.split()
)
"""A name beyond these is one of the user's own, or one that came later and is reported as not defined."""

BESIDE = (
    frozenset(("high-risk", "low-risk", "medium-risk")),
    frozenset(("real-time-detection",)),
    frozenset(("newly-registered-domain",)),
)
"""What a URL is rated as beside its category ("Security-Focused URL Categories"): a category tells nothing of these."""

UNRELATED = frozenset(
    """
    abortion abused-drugs adult alcohol-and-tobacco auctions command-and-control compromised-website copyright-infringement
    cryptocurrency dating dynamic-dns educational-institutions encrypted-dns extremism financial-services gambling games grayware hacking
    health-and-medicine home-and-garden hunting-and-fishing job-search legal malware marijuana motor-vehicles music news
    newly-registered-domain nudity parked peer-to-peer phishing philosophy-and-political-advocacy proxy-avoidance-and-anonymizers
    questionable ransomware real-estate recreation-and-hobbies religion scanning-activity sex-education shopping society sports
    stock-advice-and-tools streaming-media swimsuits-and-intimate-apparel travel weapons
    """.split()
)
"""What no service that a sensor needs is about. Were one of them rated so by mistake, no configuration would show it."""
