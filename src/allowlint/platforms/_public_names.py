"""What tells a whole domain name of somebody from a part of a name: the ends of the names that lists of sites hold."""

TOP = frozenset(
    """com net org info biz edu gov mil int xyz online site shop club top app dev cloud tv
    ac ad ae af ag ai al am ao ar as at au az ba bb bd be bg bh bj bm bo br bs bt bw by bz ca cc cd cf cg ch ci cl cm cn co cr cu cv
    cy cz de dj dk dm do dz ec ee eg es et eu fi fj fm fo fr ga gd ge gg gh gi gl gm gr gt gy hk hn hr ht hu id ie il im in io iq ir
    is it je jm jo jp ke kg kh kr kw ky kz la lb li lk lt lu lv ly ma mc md me mg mk ml mm mn mo mr ms mt mu mv mx my mz na ne ng ni
    nl no np nz om pa pe pg ph pk pl pr ps pt pw py qa ro rs ru rw sa sc sd se sg sh si sk sl sm sn so sr st su sv sy tc td tg th tj
    tk tm tn to tr tt tw tz ua ug uk us uy uz vc ve vg vn vu ws ye za zm zw""".split()
)
"""Top-level domains of the public names that such lists hold."""
SITES = frozenset(
    """academy accountant adult apartments army attorney auction audio baby band bank bar bargains beauty beer bet bid bike bingo
    blog boats bond boutique buzz cab cafe cam camera capital cards cars casa cash casino cat cfd chat cheap church city click
    clinic clothing coffee college community country coupons credit cricket cruises cyou dance date dating deals dentist diamonds
    diet doctor dog education equipment estate expert faith family fans farm fashion film finance fish fit flights florist
    football forsale fun fund furniture futbol fyi gallery game games garden gdn gift gifts gives gold golf graphics gratis gripe
    guide guitars guru hair hiphop hockey holdings holiday homes horse hospital hotel house how icu immo ink institute insurance
    jewelry jobs juegos kim kitchen land lawyer lgbt life limo loan loans lol lotto love luxury makeup market marketing mba men
    menu mobi mom money monster mortgage mov movie museum music news ninja okinawa ooo party pet pharmacy photo photography photos
    pics pictures pink pizza plus poker porn press pro promo properties pub quest racing realty recipes ren rent rentals repair
    rest restaurant review reviews rich rip rocks rodeo sale salon sbs school science sex sexy shoes shopping show singles ski
    skin soccer social space sport spot style sucks surf tattoo tax taxi technology tel tennis theater tickets tienda tips tires
    today tokyo tours toys trade trading training travel tube university vegas vet video villas vin vip vodka vote voyage wang
    watch webcam website wedding wiki wine world wtf xin xxx yachts yoga zip""".split()
)
"""Top-level domains of sites that are blocked, none of which is a word of the names of required services."""
MIDDLE = frozenset("ae asia au br ca ch co de eu fr id in it jp kr ne no sg uk us za".split())
"""Those that stand for regions in the middle of the names of services, or begin a longer one of these (``co``, ``com``)."""
SHORT = 3
"""Letters in front of the top-level domain up to which a name may turn up by chance."""
