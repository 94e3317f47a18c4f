//! RFC 4475, the 49 torture messages, in its order and under its names.

use super::{Case, Expect, wire, with_body};
use Expect::{Answer, Call};

const SDP: &str = "v=0
o=mhandley 29739 7272939 IN IP4 192.0.2.3
s=-
c=IN IP4 192.0.2.4
t=0 0
m=audio 49217 RTP/AVP 0 12
m=video 3227 RTP/AVP 31
a=rtpmap:31 LPC
";

/// The lines that every request needs besides its own. `tag` keeps the messages apart.
fn rest(tag: &str, number: u32, method: &str) -> String {
    format!("Max-Forwards: 70\nCall-ID: {tag}.torture@192.0.2.1\nCSeq: {number} {method}\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK.{tag}")
}

fn options(tag: &str, line: &str, from: &str, to: &str, more: &str) -> Vec<u8> {
    wire(&format!("{line}\nTo: {to}\nFrom: {from}\n{}\n{more}Content-Length: 0\n\n", rest(tag, 8, "OPTIONS")))
}

fn invite(tag: &str, line: &str, more: &str) -> Vec<u8> {
    let head = format!(
        "{line}\nTo: sip:vivekg@chair.example.com\nFrom: <sip:caller@example.org>;tag={tag}33242\n{}\nContact: <sip:caller@192.0.2.1>\nContent-Type: application/sdp\n{more}",
        rest(tag, 8, "INVITE")
    );
    with_body(&head, SDP)
}

fn register(tag: &str, place: &str, more: &str) -> Vec<u8> {
    wire(&format!(
        "REGISTER sip:example.com SIP/2.0\nTo: sip:user@example.com\nFrom: sip:user@example.com;tag={tag}77\n{}\nContact: {place}\n{more}l: 0\n\n",
        rest(tag, 29, "REGISTER")
    ))
}

/// What a registrar says to somebody whom it does not know yet.
const WHO: Expect = Answer(&[401]);

pub(super) fn cases() -> Vec<Case> {
    let case = |name, expect, bytes| Case { name, expect, bytes };
    let long = |c: &str, n: usize| c.repeat(n);
    let token = "!interesting-Method0123456789_*+`.%indeed'~";
    vec![
        // 3.1.1 Valid messages
        case("wsinv", Call, with_body(
            "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0
TO :
 sip:vivekg@chair-dnrc.example.com ;   tag    =
From   : \"J Rosenberg \\\\\\\"\"       <sip:jdrosen@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: wsinv.ndaksdj@192.0.2.1
Content-Type   : application/sdp
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /UDP
    192.0.2.2;branch=z9hG4bKwsinv1
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Route:
 <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:\"Quoted string \\\"\\\"\" <sip:jdrosen@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33
".replace(" ;   tag    =\n", "\n").as_str(),
            SDP,
        )),
        case("intmeth", Answer(&[405, 501]), wire(&format!(
            "{token} sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0
Via: SIP/2.0/UDP host1.example.com;rport;branch=z9hG4bK-.!%66*_+`'~
To: \"BEL:\\<<07>> NUL:\\<<00>> DEL:\\<<7F>>\" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com>
From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"<<D1>><<80>><<D0>><<B0>><<D0>><<B1>>\";tag=_token~1'+`*%!-.
Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}}{{
CSeq: 139122385 {token}
Max-Forwards: 255
extensionHeader-!.%*+_`'~: <<EF>><<BB>><<BF>><<E5>><<A4>><<A7>>
Content-Length: 0

"
        ))),
        case("esc01", Call, with_body(
            &format!("INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0
To: sip:%75se%72@example.com
From: <sip:I%20have%20spaces@example.net>;tag=938
{}
Content-Type: application/sdp
Contact: <sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31>", rest("esc01", 234_234, "INVITE")),
            SDP,
        )),
        case("escnull", WHO, wire(&format!(
            "REGISTER sip:example.com SIP/2.0
To: sip:null-%00-null@example.com
From: sip:null-%00-null@example.com;tag=839923423
{}
Contact: <sip:%00@host5.example.com>
Contact: <sip:%00%00@host5.example.com>
L:0

", rest("escnull", 14_398_234, "REGISTER")))),
        case("esc02", Answer(&[405, 501]), wire(
            "RE%47IST%45R sip:registrar.example.com SIP/2.0
To: \"%Z%45\" <sip:resource@example.com>
From: \"%Z%45\" <sip:resource@example.com>;tag=f232jadfj23
Call-ID: esc02.asdfnqwo34rq23i34jrjasdcnl23nrlknsdf
Via: SIP/2.0/UDP host.example.com;rport;branch=z9hG4bK209%fzsnel234
CSeq: 29344 RE%47IST%45R
Max-Forwards: 70
Contact: <sip:alias1@host1.example.com>
C%6Fntact: <sip:alias2@host2.example.com>
Contact: <sip:alias3@host3.example.com>
l: 0

",
        )),
        case("lwsdisp", Answer(&[200]), options("lwsdisp", "OPTIONS sip:user@example.com SIP/2.0", "caller<sip:caller@example.com>;tag=323", "sip:user@example.com", "")),
        case("longreq", Call, with_body(
            &format!(
                "INVITE sip:user@example.com SIP/2.0
To: \"I have a user name of {} proportion\"<sip:user@example.com:6000;unknownparam1=very{}value;longparam{}name=shortvalue;very{}ParameterNameWithNoValue>
F: sip:{}user@example.com;tag=12982{}424;unknownheaderparam{}name=unknownheaderparam{}value;unknownValuelessparam{}name
Call-ID: longreq.one{}extremelylongcallid
CSeq: 3882340 INVITE
Unknown-{}-Name: unknown-{}-value; unknown-{}-parameter-name = unknown-{}-parameter-value
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKlongreq{}
{}Max-Forwards: 70
Contact: <sip:amazinglylongcallername{}@host5.example.net>
Content-Type: application/sdp",
                long("extreme", 30), long("long", 25), long("long", 28), long("long", 30), long("long", 60), long("982", 60), long("long", 30), long("long", 30),
                long("long", 30), long("really", 40), long("Long", 40), long("long", 40), long("long", 40), long("long", 40), long("7", 200),
                (0..33).fold(String::new(), |list, n| list + &format!("Via: SIP/2.0/TCP sip{n}.example.com;branch=z9hG4bK{n}\n")), long("longer", 50)
            ),
            SDP,
        )),
        case("dblreq", WHO, {
            let mut both = register("dblreq", "sip:j.user@host.example.com", "");
            both.extend(invite("dblreqinner", "INVITE sip:joe@example.com SIP/2.0", ""));
            both
        }),
        case("semiuri", Answer(&[200]), options("semiuri", "OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0", "sip:caller@example.org;tag=33242", "sip:j_user@example.com", "Accept: application/sdp, application/pkcs7-mime, multipart/mixed\n")),
        case("transports", Answer(&[200]), options(
            "transports", "OPTIONS sip:user@example.com SIP/2.0", "<sip:caller@example.com>;tag=323", "sip:user@example.com",
            "Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKkl1\nVia: SIP/2.0/TLS t3.example.com;branch=z9hG4bKkl2\nVia: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKkl3\nVia: SIP/2.0/TCP t1.example.com;branch=z9hG4bKkl4\n",
        )),
        case("mpart01", Answer(&[405, 415, 501]), with_body(
            &format!("MESSAGE sip:kumiko@example.org SIP/2.0\nTo: <sip:kumiko@example.org>\nFrom: <sip:fluffy@example.com>;tag=55\n{}\nContent-Type: multipart/mixed;boundary=7a9cbec02ceef655", rest("mpart01", 127, "MESSAGE")),
            "--7a9cbec02ceef655
Content-Type: text/plain
Content-Transfer-Encoding: binary

Hello
--7a9cbec02ceef655
Content-Type: application/octet-stream
Content-Transfer-Encoding: binary

<<30>><<82>><<01>><<52>><<06>><<00>><<0D>><<0A>><<FF>><<FE>>
--7a9cbec02ceef655--",
        )),
        case("unreason", Answer(&[0]), wire(
            "SIP/2.0 200 = 2**3 * 5**2 <<D0>><<BD>><<D0>><<BE>> <<D1>><<81>><<D1>><<82>><<D0>><<BE>>
Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923
Call-ID: unreason.1234ksdfak3j2erwedfsASdf
CSeq: 35 INVITE
From: sip:user@example.com;tag=11141343
To: sip:user@example.edu;tag=2229
Content-Length: 0
Contact: <sip:user@host198.example.com>

",
        )),
        case("noreason", Answer(&[0]), wire(
            "SIP/2.0 100<<20>>
Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe
Call-ID: noreason.asndj203insdf99223ndf
CSeq: 35 INVITE
From: <sip:user@example.com>;tag=39ansfi3
To: <sip:user@example.edu>;tag=902jndnke3
Content-Length: 0
Contact: <sip:user@host105.example.com>

",
        )),
        // 3.1.2 Invalid messages
        case("badinv01", Answer(&[400, 0]), with_body(
            "INVITE sip:user@example.com SIP/2.0
To: sip:j.user@example.com
From: sip:caller@example.net;tag=134161461246
Max-Forwards: 7
Call-ID: badinv01.0ha0isndaksdjasdf3234nas
CSeq: 8 INVITE
Via: SIP/2.0/UDP 192.0.2.15;;,;,,
Contact: \"Joe\" <sip:joe@example.org>;;;;
Content-Type: application/sdp",
            SDP,
        )),
        case("clerr", Answer(&[400, 0]), {
            let text = String::from_utf8(invite("clerr", "INVITE sip:user@example.com SIP/2.0", "")).expect("ASCII");
            let (head, body) = text.split_once("Content-Length: ").expect("it has one");
            format!("{head}Content-Length: 9999\r\n\r\n{}", body.split_once("\r\n\r\n").expect("it has a body").1).into_bytes()
        }),
        case("ncl", Answer(&[400, 0]), wire(&format!(
            "INVITE sip:user@example.com SIP/2.0\nTo: sip:j.user@example.com\nFrom: sip:caller@example.net;tag=134161461246\n{}\nContent-Length: -999\nContact: <sip:joe@example.org>\nContent-Type: application/sdp\n\n{SDP}",
            rest("ncl", 8, "INVITE")
        ))),
        case("scalar02", Answer(&[400, 0]), wire(
            "REGISTER sip:example.com SIP/2.0
Via: SIP/2.0/TCP host129.example.com;rport;branch=z9hG4bK342sdfoi3
To: <sip:user@example.com>
From: <sip:user@example.com>;tag=239232jh3
CSeq: 36893488147419103232 REGISTER
Call-ID: scalar02.23o0pd9vanlq3wnrlnewofjas9ui32
Max-Forwards: 300
Expires: 10000000000000000000000000000000000000000000000000000000000000000000
Contact: <sip:user@host129.example.com>;expires=280297596632815
Content-Length: 0

",
        )),
        case("scalarlg", Answer(&[0]), wire(
            "SIP/2.0 503 Service Unavailable
Via: SIP/2.0/TCP host129.example.com;branch=z9hG4bKzzxdiwo34sw;received=192.0.2.129
To: <sip:user@example.com>
From: <sip:other@example.net>;tag=2easdjfejw
CSeq: 9292394834772304023312 OPTIONS
Call-ID: scalarlg.noase0of0234hn2qofoaf0232aewf2394r
Retry-After: 949302838503028349304023988
Warning: 1812 overture \"In Progress\"
Content-Length: 0

",
        )),
        case("quotbal", Answer(&[400, 0]), with_body(
            &format!("INVITE sip:user@example.com SIP/2.0\nTo: \"Mr. J. User <sip:j.user@example.com>\nFrom: sip:caller@example.net;tag=93334\n{}\nContact: <sip:joe@192.0.2.1>\nContent-Type: application/sdp", rest("quotbal", 8, "INVITE")),
            SDP,
        )),
        case("ltgtruri", Answer(&[400, 0]), invite("ltgtruri", "INVITE <sip:user@example.com> SIP/2.0", "")),
        case("lwsruri", Answer(&[400, 0]), invite("lwsruri", "INVITE sip:user@example.com; lr SIP/2.0", "")),
        case("lwsstart", Answer(&[400, 0]), invite("lwsstart", "INVITE  sip:user@example.com  SIP/2.0", "")),
        case("trws", Answer(&[200, 400, 0]), options("trws", "OPTIONS sip:remote-target@example.com SIP/2.0<<20>><<20>>", "<sip:local-resource@example.com>;tag=329429089", "sip:remote-target@example.com", "")),
        case("escruri", Answer(&[400]), invite("escruri", "INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0", "")),
        // The date may be ignored, then a call begins; or the whole is refused. We ignore it.
        case("baddate", Call, invite("baddate", "INVITE sip:user@example.com SIP/2.0", "Date: Fri, 01 Jan 2010 16:00:00 EST\n")),
        case("regbadct", Answer(&[400, 401]), register("regbadct", "sip:user@example.com?Route=%3Csip:sip.example.com%3E", "")),
        case("badaspec", Answer(&[200, 400, 0]), options("badaspec", "OPTIONS sip:user@example.org SIP/2.0", "sip:caller@example.org;tag=3", "\"Watson, Thomas\" < sip:t.watson@example.org >", "")),
        case("baddn", Answer(&[200, 400, 0]), options("baddn", "OPTIONS sip:t.watson@example.org SIP/2.0", "Bell, Alexander <sip:a.g.bell@example.com>;tag=43", "<sip:t.watson@example.org>", "")),
        case("badvers", Answer(&[505, 0]), options("badvers", "OPTIONS sip:t.watson@example.org SIP/7.0", "<sip:a.g.bell@example.com>;tag=qweoiqpe", "<sip:t.watson@example.org>", "")),
        case("mismatch01", Answer(&[400]), wire(&format!(
            "OPTIONS sip:user@example.com SIP/2.0\nTo: sip:j.user@example.com\nFrom: sip:caller@example.net;tag=34525\n{}\nl: 0\n\n",
            rest("mismatch01", 8, "INVITE")
        ))),
        case("mismatch02", Answer(&[400, 405, 501]), wire(&format!(
            "NEWMETHOD sip:user@example.com SIP/2.0\nTo: sip:j.user@example.com\nFrom: sip:caller@example.net;tag=34525\n{}\nContact: <sip:caller@host.example.net>\nl: 0\n\n",
            rest("mismatch02", 8, "INVITE")
        ))),
        case("bigcode", Answer(&[0]), wire(
            "SIP/2.0 4294967301 better not break the receiver
Via: SIP/2.0/UDP 192.0.2.105;branch=z9hG4bK2398ndaoe
Call-ID: bigcode.asdof3uj203asdnf3429uasdhfas3ehjasdfas9i
CSeq: 353494 INVITE
From: <sip:user@example.com>;tag=39ansfi3
To: <sip:user@example.edu>;tag=902jndnke3
Content-Length: 0
Contact: <sip:user@host105.example.com>

",
        )),
        // 3.2 Transaction layer
        case("badbranch", Answer(&[200, 400, 0]), wire(
            "OPTIONS sip:user@example.com SIP/2.0
To: sip:user@example.com
From: sip:caller@example.org;tag=33242
Max-Forwards: 3
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK
Accept: application/sdp
Call-ID: badbranch.sadonfo23i420jv0as0derf3j3n
CSeq: 8 OPTIONS
l: 0

",
        )),
        // 3.3 Application layer
        case("insuf", Answer(&[400, 0]), with_body("INVITE sip:user@example.com SIP/2.0\nCSeq: 193942 INVITE\nVia: SIP/2.0/UDP 192.0.2.95;branch=z9hG4bKkdj.insuf\nContent-Type: application/sdp", SDP)),
        // We answer OPTIONS for everybody whom we know, whatever they ask about.
        case("unkscm", Answer(&[200, 400, 416]), options("unkscm", "OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0", "<sip:caller@example.net>;tag=384", "sip:user@example.com", "")),
        case("novelsc", Answer(&[200, 400, 416]), options("novelsc", "OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0", "<sip:caller@example.net>;tag=384", "sip:user@example.com", "")),
        case("unksm2", Answer(&[400, 401, 403, 404]), wire(&format!(
            "REGISTER sip:example.com SIP/2.0\nTo: isbn:2983792873\nFrom: <http://www.example.com>;tag=3234233\n{}\nContact: <name:John_Smith>\nl: 0\n\n",
            rest("unksm2", 234_902, "REGISTER")
        ))),
        case("bext01", Answer(&[200, 420]), options("bext01", "OPTIONS sip:user@example.com SIP/2.0", "sip:caller@example.net;tag=242etr", "sip:j_user@example.com", "Require: nothingSupportsThis, nothingSupportsThisEither\nProxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis\n")),
        case("invut", Answer(&[415]), {
            let head = format!("INVITE sip:user@example.com SIP/2.0\nContact: <sip:caller@host5.example.net>\nTo: sip:j.user@example.com\nFrom: sip:caller@example.net;tag=8392034\n{}\nContent-Type: application/unknownformat", rest("invut", 235_448, "INVITE"));
            with_body(&head, "<audio>\n <pcmu port=\"443\"/>\n</audio>\n")
        }),
        case("regaut01", WHO, register("regaut01", "<sip:j.user@host.example.com>", "Authorization: NoOneKnowsThisScheme opaque-data=here\n")),
        case("multi01", Answer(&[400]), wire(
            "INVITE sip:user@company.com SIP/2.0
Contact: <sip:caller@host25.example.net>
Via: SIP/2.0/UDP 192.0.2.25;branch=z9hG4bKkdjuw.multi01
Max-Forwards: 70
CSeq: 5 INVITE
Call-ID: multi01.98asdh@192.0.2.1
CSeq: 59 INVITE
Call-ID: multi01.98asdh@192.0.2.2
From: sip:caller@example.com;tag=3413415
To: sip:user@example.com
To: sip:other@example.net
From: sip:caller@example.net;tag=2923420123
Max-Forwards: 5
Content-Length: 0

",
        )),
        case("mcl01", Answer(&[400, 0]), wire(&format!(
            "OPTIONS sip:user@example.com SIP/2.0\nTo: sip:j.user@example.com\nFrom: sip:caller@example.net;tag=3413\n{}\nContent-Length: 13\nContent-Length: 5\nContent-Type: text/plain\n\nThere's no way to know how many octets are supposed to be here.\n",
            rest("mcl01", 8, "OPTIONS")
        ))),
        case("bcast", Answer(&[0]), with_body(
            "SIP/2.0 200 OK
Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923
Via: SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23
Call-ID: bcast.0384840201234ksdfak3j2erwedfsASdf
CSeq: 35 INVITE
From: sip:user@example.com;tag=11141343
To: sip:user@example.edu;tag=2229
Content-Type: application/sdp
Contact: <sip:user@host28.example.com>",
            SDP,
        )),
        case("zeromf", Answer(&[200, 483]), wire(&String::from_utf8(options("zeromf", "OPTIONS sip:user@example.com SIP/2.0", "sip:caller@example.net;tag=3ghsd41", "sip:user@example.com", "")).expect("ASCII").replace("Max-Forwards: 70", "Max-Forwards: 0").replace("\r\n", "\n"))),
        case("cparam01", WHO, register("cparam01", "sip:+19725552222@gw1.example.net;unknownparam", "")),
        case("cparam02", WHO, register("cparam02", "<sip:+19725552222@gw1.example.net;unknownparam>", "")),
        case("regescrt", WHO, register("regescrt", "<sip:user@example.com?Route=%3Csip:sip.example.com%3E>", "")),
        // It accepts nothing that we could answer with; the offer itself is fine, and whoever answers it decides.
        case("sdp01", Call, invite("sdp01", "INVITE sip:user@example.com SIP/2.0", "Accept: text/nobodyKnowsThis\n")),
        // 3.4 Backward compatibility
        case("inv2543", Call, with_body(
            "INVITE sip:UserB@example.com SIP/2.0
Via: SIP/2.0/UDP iftgw.example.com
From: <sip:+13035551111@ift.client.example.net;user=phone>
Record-Route: <sip:UserB@example.com;maddr=ss1.example.com>
To: sip:+16505552222@ss1.example.net;user=phone
Call-ID: inv2543.1717@ift.client.example.com
CSeq: 56 INVITE
Contact: <sip:+13035551111@192.0.2.1>
Content-Type: application/sdp",
            SDP,
        )),
    ]
}
