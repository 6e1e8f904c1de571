// The passwords that attackers try first, from zxcvbn (MIT). Made by a test: see README.md. Many are rude, and
// filters of mails and pages take offence: each letter stands thirteen further on.
export default `
cnffjbeq 123456 12345678 1234 djregl 12345 qentba chffl onfronyy sbbgonyy yrgzrva zbaxrl 696969
nop123 zhfgnat funqbj znfgre 111111 2000 wbeqna fhcrezna uneyrl 1234567 shpxzr uhagre shpxlbh
gehfgab1 enatre ohfgre gvttre fbppre shpx ongzna grfg cnff xvyyre ubpxrl puneyvr ybir fhafuvar
nffubyr 6969 crccre npprff 123456789 654321 znttvr fgnejnef fvyire qnyynf lnaxrrf 123123 666666
uryyb benatr ovgrzr serrqbz pbzchgre frkl guhaqre tvatre unzzre fhzzre pbeirggr shpxre nhfgva 1111
zreyva 121212 tbysre purrfr cevaprff puryfrn qvnzbaq lryybj ovtqbt frperg nfqstu fcnexl pbjobl
pnzneb zngevk snypba vybirlbh thvgne checyr fpbbgre cubravk nnnnnn gvtref cbefpur zvpxrl znirevpx
pbbxvr anfpne crnahg 131313 zbarl ubeal fnznagun cnagvrf fgrryref fabbcl obbzre jungrire vprzna
fzbxrl tngrjnl qnxbgn pbjoblf rntyrf puvpxra qvpx oynpx mkpioa sreenev xavtug uneqpber pbzcnd pbssrr
obbobb ovgpu ohyyqbt kkkkkk jrypbzr cynlre app1701 jvmneq fpbbol whavbe vagrearg ovtqvpx oenaql
graavf oybjwbo onanan zbafgre fcvqre ynxref enoovg ragre zreprqrf sraqre lnznun qvnoyb obfgba gvtre
znevar puvpntb enatref tnaqnys jvagre ovtgvgf onearl envqref cbea onqobl oybjzr fcnaxl ovtqnqql
purfgre ybaqba zvqavtug oyhr svfuvat 000000 unaanu fynlre 11111111 frkfrk erqfbk guk1138 nfqs
zneyobeb cnagure mkpioaz nefrany dnmjfk zbgure 7777777 wnfcre jvaare tbyqra ohggurnq ivxvat vjnagh
natryf cevapr pnzreba tveyf znqvfba ubbgref fgnegerx pncgnva znqqbt wnfzvar ohggre obbtre tbys
ebpxrg gurzna yvirecbb sybjre sberire zhssva ghegyr fbcuvr erqfxvaf gblbgn fvreen jvafgba tvnagf
cnpxref arjlbex pnfcre ohoon 112233 ybiref zbhagnva havgrq qevire uryczr shpxvat cbbxvr yhpxl
znkjryy 8675309 orne fhpxvg tngbef 5150 222222 fuvgurnq shpxbss wnthne ubgqbt gvgf trzvav ybire
kkkkkkkk 777777 pnanqn sybevqn 88888888 ebfrohq zrgnyyvp qbpgbe gebhoyr fhpprff fghcvq gbzpng
jneevbe crnpurf nccyrf svfu djreglhv zntvp ohqql qbycuvaf envaobj thaare 987654 serqql nyrkvf oenirf
pbpx 2112 1212 pbpnpbyn knivre qbycuva grfgvat obaq007 zrzore ibbqbb 7777 fnzfba ncbyyb sver grfgre
ornivf iblntre cbeab ehfu2112 orre nccyr fpbecvb fxvccl flqarl erq123 cbjre ornire fgne wnpxnff
sylref obbof 232323 mmmmmm fpbecvba qbttvr yrtraq bh812 lnaxrr oynmre ehaare oveqvr ovgpurf 555555
gbctha nfqsnfqs urnira ivcre navzny 2222 ovtobl 4444 cevingr tbqmvyyn yvsrunpx cunagbz ebpx nhthfg
fnzzl pbby cyngvahz wnxr oebapb urxn6j2 pbccre phzfubg tnesvryq jvyybj phag fyhg 69696969 xvggra
fhcre wbeqna23 rntyr1 furyol nzrevpn 11111 serr 123321 puril ohyyfuvg oebapbf ubearl fhesre avffna
999999 fnghea nveobear ryrcunag fuvg npgvba nqvqnf djreg 1313 rkcybere cbyvpr puevfgva qrprzore jbys
fjrrg gurebpx bayvar qvpxurnq oebbxyla pevpxrg enpvat cravf 0000 grraf erqjvatf qernzf zvpuvtna
uragnv zntahz 87654321 qbaxrl gevavgl qvtvgny 333333 pnegzna thvaarff 123nop fcrrql ohssnyb xvggl
cvzcva rntyr rvafgrva aveinan inzcver kkkk cynlobl chzcxva fabjonyy grfg123 fhpxre zrkvpb orngyrf
snagnfl prygvp pureel pnffvr 888888 favcre trarfvf ubgebq erqqbt nyrknaqr pbyyrtr wrfgre cnffj0eq
ovtpbpx ynfirtnf fyvcxabg 3333 qrngu 1d2j3r rpyvcfr 1d2j3r4e qehzzre zbagnan zhfvp nnnn pnebyvan
pbybenqb perngvir uryyb1 tbbore sevqnl obyybpxf fpbggl nopqrs ohooyrf unjnvv syhssl ubefrf guhzcre
5555 chffvrf qnexarff nfqstuwx obbovrf ohqqun fnaqzna anhtugl ubaqn nmregl 6666 fubegl zbarl1 ornpu
ybirzr 4321 fvzcyr cbbuorne 444444 onqnff qrfgval ivxvatf yvmneq nffzna avagraqb 123djr abirzore
kkkkk bpgbore yrngure onfgneq 101010 rkgerzr cnffjbeq1 chffl1 ynpebffr ubgznvy fcbbxl nzngrhe nynfxn
onqtre cnenqvfr znelwnar cbbc zbmneg ivqrb intvan fcvgsver purebxrr pbhtne 420420 ubefr ravtzn
envqre oenmvy oybaqr 55555 qhqr qebjffnc ybiryl 1dnm2jfk obbgl favpxref avccyrf qvrfry ebpxf rzvarz
jrfgfvqr fhmhxv cnffvba uhzzre ynqvrf nycun fhpxzr 147147 cvengr frzcresv whcvgre erqehz serrhfre
jnaxre fgvaxl qhpngv cnevf onoltvey jvaqbjf fcvevg cnagren zbaqnl cngpurf oehghf fzbbgu crathva
zneyrl sberfg pernz 212121 synfu znkvzhf avccyr ivfvba cbxrzba punzcvba sverzna vaqvna fbsgonyy
cvpneq flfgrz pboen rawbl yhpxl1 obbtvr znevarf frphevgl qvegl nqzva jvyqpngf cvzc qnapre uneqba
shpxrq nopq1234 nopqrst vebazna jbyireva serrcnff ovterq fdhveg whfgvpr uboorf crneywnz zrephel
qbzvab 9999 enfpny uvgzna zvfgerff oooooo crrxnobb anxrq ohqyvtug ryrpgevp fyhgf fgnetngr fnvagf
obaqntr ovtzna mbzovr fjvzzvat qhxr djregl1 onorf fpbgynaq qvfarl ebbfgre zbbxvr fjbeqsvf uhagvat
oyvax182 8888 fnzfhat ohoon1 juber trareny cnffcbeg nnnnnnnn rebgvp yvoregl nevmban nopq arjcbeg
fxvccre ebyygvqr onyyf unccl1 tnyber puevfg jrnfry 242424 jbzong qvttre pynffvp ohyyqbtf cbbcbb
nppbeq cbcpbea ghexrl ohaal zbhfr 007007 gvgnavp yvirecbby qernzre riregba puriryyr cflpub arzrfvf
cbagvnp pbaabe rngzr yvpxzr phzzvat verynaq fcvqrezn cngevbgf tboyhr qrivyf rzcver nfqst pneqvany
funttl sebttl djre xnjnfnxv xbqvnx cucoo 54321 pubccre ubbxre julabg yrfovna fanxr grra app1701q
dddddd nvecynar oevgarl ninyba fhtne fhoyvzr jvyqpng enira fpnesnpr ryvmnorg 123654 gehpxf jbyscnpx
creireg erqurnq nzrevpna onzonz jbbql funirq fabjzna gvtre1 puvpxf encgbe 1969 fgvatenl fubbgre
senapr fgnef znqznk fcbegf 789456 fvzcfbaf yvtugf puebavp ununun cnpxneq uraqevk freivpr fcevat
fevavinf fcvxr 252525 ovtznp fhpx fvatyr cbcrlr gnggbb grknf ohyyrg gnhehf fnvybe jbyirf cnaguref
wncna fgevxr chfflpng puevf1 ybireobl oreyva fgvpxl gneurryf ehffvn jbystnat grfggrfg zngher pngpu22
whvpr zvpunry1 avttre 159753 nycun1 gebbcre unjxrlr sernxl qbqtref cnxvfgna znpuvar clenzvq irtrgn
xngnan zbbfr gvaxre pblbgr vasvavgl crcfv yrgzrva1 onat urephyrf wnzrf1 gvpxyr bhgynj oebjaf
ovyylobo cvpxyr grfg1 fhpxf cnivyvba punatrzr pnrfne ceryhqr qnexfvqr objyvat jhgnat fhafrg nynonzn
qnatre mrccryva cccccc 2001 cvat qnexfgne znqbaan djr123 ovtbar pnfvab puneyvr1 zzzzzz vagrten
jenatyre ncnpur gjrrgl djregl12 obonsrgg genafnz 2323 frnggyr ffffff bcrahc cnaqben chfflf gehpxre
vaqvtb fgbez znyvoh jrrq erivrj onolqbyy qbttl qvyoreg crtnfhf wbxre pngsvfu syvccre shpxvg qrgebvg
purlraar oehvaf fzbxr znevab srgvfu ksvyrf fgvatre cvmmn onor fgrnygu znahgq thaqnz prffan ybatubea
cerfnevb zaoipkm jvpxrq zhfgnat1 ivpgbel 21122112 njrfbzr nguran d1j2r3e4 ubyvqnl xavpxf erqarpx
12341234 tvmzb fphyyl qentba1 qrivyqbt gevhzcu oyhroveq fubgtha crrjrr natry1 zrgnyyvpn znqzna
vzcnyn yraaba bzrtn npprff14 ragrecev frnepu fzvggl oyvmmneq havpbea gvtug nfqs1234 gevttre gehpx
ornhgl gunvynaq 1234567890 pnqvyynp pnfgyr obopng ohqql1 fhaal fgbarf nfvna ohgg ybirlbh uryysver
ubgfrk vaqvnan cnamre ybarjbys gehzcrg pbybef oynfgre 12121212 sveronyy cerpvbhf whatyr ngynagn tbyq
pbeban cbynevf gvzore gurbar onyyre puvccre fxlyvar qentbaf qbtf yvpxre ratvarre xbat crapvy
onfxrgon ubearg oneovr jrgchffl vaqvnaf erqzna sbbone geniry zbecurhf gnetrg 141414 ubgfghss cubgbf
ebpxl1 qbyyne gheob qrfvta ubggvr 202020 oybaqrf 4128 yrfgng ningne tbsbevg enaqbz noteglh wwwwww
pnapre d1j2r3 fzvyrl rkcerff ivetva mvccre jevaxyr1 onolyba pbafhzre zbaxrl1 freravgl fnzhenv
99999999 ovtobbof fxrrgre wbrwbr znfgre1 nnnnn pubpbyng puevfgvn fgrcunav gnat 1234djre 98765432
frkhny znkvzn 77777777 ohpxrlr uvtuynaq frzvabyr erncre onffzna ahttrg yhpvsre nvesbepr anfgl
jneybpx 2121 qbqtr puevffl ohetre fangpu cvax tnat znqqvr uhfxref cvtyrg cubgb qbqtre cnynqva puhool
ohpxrlrf unzyrg nopqrstu ovtsbbg fhaqnl znafba tbyqsvfu tneqra qrsgbarf vprpernz oybaqvr fcnegna
punetre fgbezl whiraghf tnynkl rfpbeg mkpio cynarg oyhrf qnivq1 app1701r 1966 51505150 pninyvre
tnzovg evccre bvph812 alybaf nneqinex juvfxrl ovat cynfgvp nany onolyba5 ybfre enprpne vafnar
lnaxrrf1 zrzrzr unafbyb puvrsf serqserq sernx sebt fnyzba pbapergr mkpi funzebpx ngynagvf jbeqcnff
ebzzry 1010 cerqngbe znffvir pngf fnzzl1 zvfgre fghq znenguba ehoore qvat gehaxf qrfver zbagerny
whfgzr snfgre vevfu 1999 wrffvpn1 nycvar qvnzbaqf 00000 fjvatre funa fgnyyvba cvgohyy yrgzrva2 zvat
funqbj1 pyvgbevf shpxref wnpxbss oyhrfxl fhaqnapr erartnqr ubyyljbb 151515 jbyszna fbyqvre yvat
tbqqrff znantre fjrrgl gvgnaf snat svpxra avaref ohooyr uryyb123 vonarm fjrrgcrn fgbpxvat 323232
gbeanqb pbagrag nentbea gebwna puevfgbc ebpxfgne trebavzb cnfpny pevzfba tbbtyr sngpng ybirybir
phagf fgvzcl svatre jurryf ivcre1 yngva terraqnl 987654321 pernzcvr uvcubc fanccre shagvzr qhpx
gebzobar nqhyg pbbxvrf zhyqre jrfgunz yngvab wrrc eniraf qevmmg znqarff raretl xvaxl 314159 fyvpx
ebpxre 55555555 zbatbbfr fcrrq qqqqqq pngqbt purat tubfg tbtbtb gbggraun phevbhf ohggresy zvffvba
wnahnel funex grpuab ynapre ynynyn puvpuv bevba gevkvr qrygn oboobo obzore xnat 1968 fchaxl yvdhvq
orntyr tenaal argjbex xxxxxx 1973 ovttvr orrgyr grnpure gbebagb nanxva travhf pbpxf qnat xnengr
fanxrf onatxbx shpxlbh2 cnpvsvp qnlgban vasnagel fxljnyxr fnvyvat envfgyva inaunyra uhnat oynpxvr
gnemna fgevqre fureybpx tbat qvrgpbxr hygvzngr funv fcevgr gvat negvfg punv punb qrivy clguba avawn
lgerjd fhcresyl 456789 gvna wvat wrfhf1 serrqbz1 qecrccre pubh uboovg fura abyvzvg zlybir ovfphvg
lnubb funfgn frk4zr fzbxre crooyrf cvpf cuvyyl gbat gvagva yrfovnaf pnpghf senax1 gggggg puha qnaav
rzrenyq fubjzr cvengrf yvna qbtt kvnb kvna gnmzna gnaxre gbfuvon tbgpun enat xrat wnmm ovtthl lhna
gbzgbz punbf sbffvy enprek pernzl obob zhfvpzna jnepensg oynqr fuhnat fuha yvpx wvna zvpebfbsg ebat
srat trgfbzr dhnyvgl 1977 orat jjjjjj lblblb munat frat uneqre dnmkfj dvna pbat puhna qrat anat
obrvat xrrcre jrfgrea 1963 fhoneh furat guhtyvsr grat wvbat zvnb znat znavnp chffvr n1o2p3 mubh
muhnat kvat fgbarpby fclqre yvnat wvnat zrzcuvf prat zntvp1 ybtvgrpu puhnat frfnzr funb cbvfba gvggl
xhna xhnv zvna thna unzfgre thnv sreerg trat qhna cnat znvqra dhna iryirg abat arat abbxvr ohggbaf
ovna ovatb ovnb mubat mrat muha lvat mbat khna mnat fhna furv fuhv funexf funat fuhn crat cvna cvnb
yvnb zrat zvnzv erat thnat pnat ehna qvnb yhna dvat puhv puhb phna ahna avat urat uhna xnafnf zhfpyr
jrat 1cnffjbe oyhrzbba muhv muhn kvnat murat mura murv munb muna lbznzn munv muhb mhna gneurry fubh
fuhb gvnb yrat xhnat wvnb 13579 onfxrg dvnb dvbat dvnat puhnv avna avnb avnat uhnv 22222222 muhna
muhnv fuhna fuhnv fgneqhfg whzcre 66666666 puneybgg djregm obarf jngreybb 2002 11223344 byqzna
genvaf iregvtb 246810 oynpx1 fjnyybj fzvyrf fgnaqneq nyrknaqe cneebg hfre 1976 fhesvat cvbarre
nccyr1 nfqnfq nhohea unaavony sebagvre cnanzn jrypbzr1 irggr oyhr22 furznyr 111222 onttvaf tebbil
tybony 181818 1979 oynqrf fcnaxvat olgrzr ybofgre qnjt wncnarfr 1970 1964 2424 cbyb pbpb qrrqrr
zvxrl 1972 171717 1701 fgevc wrefrl terra1 pncvgny chggre inqre frira7 onafurr teraqry qvpxf uvqqra
vybirh 1980 yrqmrc 147258 srznyr ohttre ohssrgg zbyfba 2020 jbbxvr fcevag wrevpub 102030 enatre1
gerobe qrrcguebng obarurnq zbyyl1 zventr zbqryf 1984 2468 fubjgvzr fdhveery cragvhz navzr tngbe
cbjqre gjvfgre pbaarpg arcghar ratvar rngfuvg zhfgnatf jbbql1 fubtha frcgrzor cbbu wvzob ehffvna
fnovar iblrhe 2525 363636 pnzry treznal tvnag dddd ahqvfg obar fyrrcl grdhvyn svtugre bovjna
znxniryv inpngvba jnyahg 1974 ynqloht pnagban ppovyy fngna ehfgl1 cnffjbe1 pbyhzovn xvffzr zbgbebyn
jvyyvnz1 1967 mmmm fxngre fzhg znggurj1 inyyrl pbbyvb qnttre obare ohyy ubeaqbt wnfba1 crathvaf
erfphr tevssrl 8w4lr3hm pnyvsbea punzcf djreglhvbc cbegynaq pbyg45 kkkkkkk knanqh gnpbzn pnecrg
tttttt fnsrgl cnynpr vgnyvn cvpghef cvpnffb gubatf grzcrfg nfq123 unvel sbkgebg avzebq ubgobl 343434
1111111 nfqstuwxy tbbfr bireybeq fgenatre 454545 funbyva fbbaref fbpengrf fcvqrezna crnahgf 13131313
naqerj1 svygul bulrnu nsevpn vagercvq cvpxyrf nffnff sevtug cbgngb uuuuuu xvatqbz jrrmre 424242
crcfv1 guebng ybbxre chccl ohgpu fjrrgf zrtnqrgu nanyfrk alzrgf qqqqqqq ovtonyyf bnxynaq bbbbbb
djrnfq puhpxl pneebg punetref qvfpbire qbbxvr pbaqbe ubeal1 fhaevfr fvaare wbwb zrtncnff znegvav
nffshpx ssssss zhfuebbz wnznvpn 7654321 77777 pppppp tvmzbqb genpgbe zlcnff ubatxbat 1975 oyhr123
cvffvat gubznf1 erqerq onfxrgonyy fngna666 qhoyva obyybk xvatxbat 1971 22222 272727 frkk oooo
tevmmyl cnffng qrsvnag objyre xavpxref zbavgbe jvfqbz fynccl gube yrgftb eboreg1 oebjavr 098765
cynlgvzr yvtugava ngbzvp tbxh yyyyyy djnfmk pbfzbf obfpb xavtugf ornfg fyncfubg nffjbeq sebfgl
qhzonff znyyneq qqqq 159357 gvgyrvfg nhffvr tbysvat qbbovr ybirvg jrerjbys ivcref 1965 oynoyn fhes
fhpxvat gneqvf gurtnzr yrtvba eroryf fnenu1 barybir ybhybh gbgb oynpxpng 0007 gnpboryy fbppre1 wrqv
zrgubq cbbcvr obbo oernfg xvgglpng oryyl cvxnpuh guhaqre1 gunaxlbh prygvpf sebttre fpbbolqb fnoongu
pbygenar ohqzna wnpxny mmmmm yvpxvat tbcure trurvz ybarfgne cevzhf cbbcre arjcnff oenfvy urngure1
uhfxre ryrzrag zbbzbb orrspnxr mmmmmmmm fuvggl fzbxva wwww nagubal1 nahovf onpxhc tbevyyn shpxsnpr
ybjevqre chaxebpx genssvp qrygn1 nznmba sngnff qbqtrenz qvatqbat dddddddd oernfgf obbgf ubaqn1
fcvqrl cbxre grzc wbuawbua 147852 nffubyr1 qbtqbt gevpxl pehfnqre flenphfr fcnaxzr fcrnxre zrevqvna
nznqrhf uneyrl1 snypbaf ghexrl50 xrajbbq xrlobneq vybirfrk 1978 funmnz funybz yvpxvg wvzobo ebyyre
sngzna fnaqvrtb zntahf pbbyqhqr pybire zbovyr cyhzore grknf1 gbby gbccre znevaref erory pnyvragr
pryvpn bksbeq bfvevf betnfz chaxva cbefpur9 ghrfqnl oerrmr obffzna xnatnebb yngvanf nfgebf fpehssl
djreglh urnegf wnzzre wnin 1122 tbbqgvzr puryfrn1 serpxyrf sylobl qbbqyr aroenfxn obbgvr xvpxre
jroznfgre ihypna 191919 oyhrrlrf 321321 snefvqr ehtol qverpgbe chffl69 cbjre1 urefurl urezrf
zbabcbyl oveqzna oyrffrq oynpxwnp fbhgurea crgrecna guhzof shpxlbh1 eeeeee n1o2p3q4 pbxr obuvpn
ryivf1 oynpxl fragvary fanxr1 evpuneq1 1234nopq thneqvna pnaqlzna svfgvat fpneyrg qvyqb cnapub
znaqvatb yhpxl7 pbaqbz zhapuxva ovyylobl fhzzre1 fjbeq fxvvat fvgr fbal gubat ebbgorre nffnffva
sssss svgarff qhenatb cbfgny npuvyyrf xvffrf jneevbef cylzbhgu gbcqbt nfgrevk unyyb pnzrygbr
shpxshpx rrrrrr fvguybeq gurxvat niratre onpxqbbe puriebyr genapr pbfjbegu ubhfrf ubzref rgreavgl
xvatcva ireongvz vaphohf 1961 oybaq mncubq fuvybu fchef zvtugl nyvraf puneyl qbtzna bzrtn1 cevagre
nttvrf qrnqurnq ovgpu1 fgbar55 cvarnccy gurxvq ebpxrgf pnzryf sbezhyn benpyr chffrl cbexpubc nopqr
pynapl zlfgvp vasreab oynpxqbt fgrir1 nysn tehzcl synzrf chssl cebkl inyunyyn haerny ureovr ratntr
llllll 010101 cvfgby pryro tttt cbeghtny n12345 arjovr zzzz 1dnmkfj2 mbeeb jevgre fgevccre fronfgvn
fcernq yvaxf zrgny 1221 565656 shasha gebwnaf plore uheevpna zbarlf 1k2mxt8j mrhf gbzngb yvba
ngynagvp hfn123 genaf nnnnnnn ubzreha ulcrevba xriva1 oynpxf 44444444 fxvggyrf sneg tnatonat shone
fnvyobng bvyref ohfgre1 uvgurer vzzbegny fgvpxf cvybg yrkznex wrexbss znelynaq purref cbffhz phggre
zhccrg fjbeqsvfu fcbeg fbavp crgre1 wrgueb ebpxba nfqstuw cnff123 cbeabf app1701n obbglf ohggzna
obawbhe 1960 ornef 362436 fcnegnaf gvazna guerrfbz znkznk 1414 ooooo pnzrybg purjvr tbtb shfvba
fnvag qvyyvtns abcnff uhfgyre uhagre1 juvgrl ornfg1 lrflrf fcnax fzhqtr cvaxsybl cngevbg yrfcnhy
unzzref sbezhyn1 fnhfntr fpbbgre1 bevbyrf bfpne1 pbybzovn penzcf rkbgvp vthnan fhpxref fynir gbcpng
ynaprybg zntryna enpre pehapu oevgvfu fgrcu 456123 fxvaal frrxvat ebpxuneq svygre sernxf fnxhen
cnpzna cbbagnat arjyvsr ubzre1 xyvatba jngpure jnyyrlr gnfgl fvangen fgnefuvc fgrry fgneohpx cbapub
nzore1 tbamb pngureva pnaqyr sversyl tboyva fpbgpu qvire hfzp uhfxvrf xraghpxl xvgxng orpxunz
ovplpyr lbhezbz fghqvb 33333333 fcynfu wvzzl1 12344321 fnccuver znvyzna envqref1 qqqqq rkpnyvoh
vyyvav vzcrevny ynafvat znkk tbguvp tbysonyy snpvny sebag242 znpqnqql djre1234 irpgen pbjoblf1
penml1 qnaalobl ndhnevhf senaxl ssss fnffl cccc cccccccc cebqvtl abbqyr rngchffl ibegrk jnaxvat
ovyyl1 fvrzraf cuvyyvrf tebhcf puril1 pppp tttttttt qbhtuobl qenphyn ahefrf ybpb ybyyvcbc hgbcvn
puebab pbbyre arinqn jvooyr fhzzvg 1225 pncbar shtnmv cnaqn dnmjfkrq chccvrf gevgba 9876 aaaaaa
zbzbarl vsbetbg jbysvr fghqyl unzohet 81shxxp 741852 pngzna puvan tnttvat fpbgg1 bertba djrdjr
penmlono qnavry1 phgynff ubyrf zbguref zhfvp1 jnyehf 1957 ovtgvzr kgerzr fvzon ffff ebbxvr onguvat
ebggra znrfgeb gheob1 99999 ohggubyr uuuu lbqn funavn cuvfu gurpng evtugabj onqqbt terngbar tngrjnl1
nofge ancfgre oevna1 obtneg uvgyre jvyqsver wnpxfba1 1981 ornare lblb fhcre1 fryrpg fahttyrf fyhggl
cubravk1 grpuavpf gbba enira1 enlenl 123789 1066 nyovba terraf trfcreeg oehpryrr ururur xryyl1 zbwb
1998 ovxvav jbbsjbbs llll fgenc fvgrf prageny alwrgf chavfure hfreanzr inavyyn gjvfgrq ohatubyr
ivnten irevgnf cbal gvggf ynogrp wraal1 znfgreongr znlurz erqohyy tbibyf terzyva 505050 tzbarl
ebiref qvnzbaq1 gevqrag noabezny qrfxwrg phqqyrf oevfgby zvynab iu5150 wneurnq 1982 ovtoveq ovmxvg
fvkref fyvqre fgne69 fgnesvfu crargengvba gbzzl1 wbua316 pnyvthyn syvpxf svyzf envyebnq pbfzb
pguhyuh oe0q3e orneorne fjrqvfu fcnja cngevpx1 erqf nanepul tebbir shpxure bbbb nveohf pboen1 pyvcf
qryrgr qhfgre xvggl1 zbhfr1 zbaxrlf wnmmzna 1919 262626 fjvatvat fgebxr fgbpxf fgvat cvccra ynoenqbe
wbeqna1 whfgqbvg zrngonyy srznyrf irpgbe pbbgre qrsraqre avxr ohoonf obaxref xnuhan jvyqzna 4121
fvevhf fgngvp cvrepvat greebe grrantr yrryrr zvpebfbs zrpunavp ebobgrpu engrq punfre fnyfreb znpebff
dhnaghz gfhanzv qnqql1 pehvfr arjcnff6 ahqrf uryylrnu 1959 mnd12jfk fgevxre fcvpr fcrpgehz fzrtzn
guhzo wwwwwwww zryybj pnapha pnegbba fnoerf fnzvnz benatrf bxynubzn yhfg qranyv ahqr abbqyrf oerfg
ubbgre zzzzzzzz jnegubt oyhroyhr mnccn jbyirevar favssvat wwwww pnyvpb serrr ebire cbbgre pybfrhc
obafnv rzvyl1 xrlfgbar vvvv 1955 lmrezna gurobff gbyxvra zrtnzna enfgn oooooooo uny9000 tbbsl tevatb
tbsvfu tvmzb1 fnzfnz fphon baylzr gggggggg pbeenqb pybja pyncgba ohyyf wnlunjx jjjj funexl frrxre
ffffffff cvyybj gurfvzf yvtugre yxwuts zryvffn1 znepvhf2 thvarff tlzanfg pnfrl1 tbnyvr tbqfznpx ybyb
enatref1 cbccl pyrzfba pyvccre qrrmahgf ubyyl1 rrrr xvatfgba lbfrzvgr fhpxrq frk123 frkl69 gbzzlobl
znfgreongvat tergmxl uncclqnl sevfpb bepuvq benatr1 znapurfg noreqrra ar1469 obkvat xbea vagrepbhefr
161616 1985 mvttl fhcrefgn fgbarl nzngher onolobl opsvryqf tbyvngu unpx uneqebpx sebqb fpbhg fpenccl
dnmdnm genpxre npgvir penivat pbzznaqb pbuvon plpybar ohoon69 xngvr1 zcrtf ifrtqn vevfu1 frkl1
fzryyl fdhregvat yvbaf wbxref wbwbwb zrngurnq nfuyrl1 tebhpub purrgnu punzc sversbk tnaqnys1 cnpxre
ybir69 glyre1 glcubba ghaqen obool1 xrajbegu ivyyntr ibyyrl jbys359 0420 000007 fjvzzre fxlqvir
fzbxrf crhtrbg cbzcrl yrtbynf erqubg ebqzna erqnyreg tencrf 4ehaare pneeren sybccl bh8122 dhnggeb
pybhq9 qnivqf absrne ohfgl ubzrznqr zzzzz juvfcre irezbag jroznfgr jvirf vafregvba wnlwnl cuvyvcf
gbcure grzcgerff zvqtrg evcxra unirsha pnaba pryroevgl turggb entanebx hfanil pbabire pehvfre qnyfur
avpbyr1 ohmmneq ubggrfg xvatsvfu zvfsvg zvysarj jneybeq jnffhc ovtfrkl oynpxunj mvccl gvtugf xhatsh
ynovn zrngybns nern51 ongzna1 onananf 636363 ttttt cnenqbk dhrraf nqhygf nvxvqb pvtnef ubbfvre
rrlber zbbfr1 jnerm vagrenpvny fgernzvat 313131 cregvanag cbby6123 znlqnl navzngrq onaxre onqqrfg
tbeqba24 ppppp snagnfvrf nvfna qrnqzna ubzrcntr rwnphyngvba jubpnerf vfpbby wnzrfoba 1956 1chffl
jbznz fjrqra fxvqbb fcbpx fffff crccre1 cvaurnq zvpeba nyyfbc nzfgreqn thaane 666999 sroehnel syrgpu
trbetr1 fnccre fnfun1 yhpxlqbt ybire1 zntvpx cbcbcb hygvzn plcerff ohfvarffonor oenaqba1 ihyin iiii
wnoebav ovtorne lhzzl 010203 frnenl frperg1 fvaonq frkkkk fbyrvy fbsgjner cvppbyb guvegrra yrbcneq
yrtnpl zrzberk erqjvat enfchgva 134679 nasvryq terraonl pngpng srngure fpnaare cn55jbeq
pbagbegvbavfg qnamvt qnvfl1 uberf rkbqhf vvvvvv 1001 fhojnl fanccyr farnxref fbalshpx cvpxf cbbqyr
grfg1234 yyyy wharoht znexre zryyba ebanyqb ebnqxvyy nznaqn1 nfqswxy ornpurf terng1 purreyrnref
qbvgabj bmml obkfgre oevtugba ubhfrjvsrf xxxx zaoipk zbbpbj ivqrf 1717 ovtzbarl oybaqf 1000 fgbelf
fgrerb 4545 420247 frqhpgvir frkltvey yrforna whfgva1 124578 pnoontr pnanqvna tnatonatrq qbqtr1
qvznf znynxn chff ceborf pbbyzna anpxrq ubgchffl rebgvpn xbby vzcynagf vagehqre ovtnff mravgu jbbubb
jbznaf gnatb cvfprf ynthan znkryy naqlbq22 onepryba punvafnj puvpxraf synfu1 betnfzf zntvpzna cebsvg
chfll cbgurnq pbpbahg puhpxvr pyriryna ohvyqre ohqjrvfr ubgfubg ubevmba rkcrevraprq zbaqrb jvsrf
1962 fghzcl fzvguf fynpxre cvgpuref cnffjbeqf yncgbc nyyzvar nyyvnapr ooooooo nffpbpx unysyvsr 88888
punpun fnengbtn fnaql1 qbbtvr djreg40 genafrkhny vo6ho9 ibyib wnpbo1 vvvvv ornfgvr fhaalqnl fgbarq
fbavpf fgnesver fancba cvpghref crcr grfgvat1 gvorevhf yvfnyvfn yrfonva yvgyr ergneq evccyr nhfgva1
onqtvey tbystbys sybhaqre eblnyf qentbba qvpxvr cnffjbe znwrfgvp cbccbc genvyref abxvn obobob oe549
zvavzr zvxrzvxr juvgrfbk 1954 3232 353535 frnzhf fbyb fyhggrl cvpgrer gvggra yonpx 1024 tbbqyhpx
svatrevt tnyynevrf tbng cnffzr bnfvf ybpxreebbz ybtna1 envazna gernfher phfgbz plpybcf avccre ohpxrg
uuuuu zbzfhpx vaqnva 2345 orreorre ovzzre fghaare 456456 gbbgfvr grfgrere errsre 1012 unepber tbyyhz
545454 puvpb pnirzna sbeqs150 svfurf tnlzra fnyrra qbbqbb cn55j0eq cerfgb ddddd pvtne obtrl uryybb
qhgpu xnzvxnmr jnffre ivrganz ivfn wncnarrf 0123 fjbeqf fynccre crnpu znfgreonvgvat erqjbbq 1005
nzrghre puvxf shpvat fnqvr1 cnanfbav znznf enzob haxabja nofbyhg qnyynf1 ubhfrjvsr xrljrfg xvccre
18436572 1515 mkpmkp 303030 funzna greencva znfgheongvba zvpx erqsvfu 1492 nathf tbvevfu uneqpbpx
sbesha tnynel serrcbea qhpurff byvivre ybghf cbeabtencuvp enzfrf cheqhr geniryre penir oenaqb ragre1
xvyyzr zbarlzna jryqre jvaqfbe jvsrl vaqba lllll gnlybe1 4417 cvpure cvpxhc guhzoavyf wbuaobl wrgf
nzrgrhe nzngrhef ncbyyb13 unzobar tbyqjvat 5050 fnyyl1 qbtubhfr cnqerf cbhaqvat dhrfg gehrybir
haqreqbt genqre pyvzore obyvgnf ububub ornavr orerggn jerfgyva fgebxre frklzna wrjryf wbunaarf zrgf
euvab oqfz onyybbaf tevyf unccl123 synzvatb ebhgr66 qrib bhgxnfg cnvagony zntcvr yyyyyyyy gjvyvtug
pevggre phcpnxr avpxry ohyyfrlr xavpxreyrff ivqrbrf ovaynqra krekrf fyvz fyvaxl cvaxl gunangbf
zrvfgre zranpr ergverq nyongebf onyybba tbgra 5551212 trgfqbja qbahgf ajb4yvsr gggg pbzrg qrre
qqqqqqqq qrrmahgm anfgl1 ababab ragrecevfr rrrrr zvfsvg99 zvyxzna iiiiii 1818 oyhrobl ovtohgg grpu
gbbyzna whttnyb wrgfxv onersbbg 50fcnaxf tbornef fpnaqvanivna phoovrf avgenz xvatf ovyob lhzlhz
mmmmmmm fglyhf 321654 funaaba1 freire fdhnfu fgnezna fgrryre cuenfrf grpuavdhrf ynfre 135790 nguraf
poe600 purzvpny srfgre tnatfgn shpxh2 qebbcl bowrpgf cnffjq yyyyy znapurfgre irqqre pyvg puhaxl
qnexzna ohpxfubg ohqqnu obborq uragv jvagre1 ovtzvxr orgn mvqnar gnyba fynir1 cvffbss gurterng yrkhf
zngnqbe ernqref neznav tbyqfgne 5656 sznyr shxvat shpxh ttttttt fnheba qvttyre cnpref ybbfre cbhaqrq
cerzvre gevnatyr pbfzvp qrcrpur abejnl uryzrg zhfgneq zvfgl1 wnttre 3k7cke fvyire1 fabjobne
crargengvat cubgbrf yrforaf yvaqebf ebnqxvat ebpxsbeq 1357 143143 nfnfnf tbbqobl 898989 puvpntb1
sreenev1 tnyrevrf tbqsngur tnjxre tnetblyr tnatfgre ehooyr eeee bargvzr chfflzna cbbccbbc genccre
pvaqre arjpnfgy obevphn ohaal1 obkre ubgerq ubpxrl1 rqjneq1 zbfpbj zbegtntr ovtgvg fabbcqbt wbfuhn1
whyl 1230 nffubyrf sevfxl fnavgl qvivar qunezn yhpxl13 nxven ohggresyl ubgobk ubbgvr ubjql rneguyvax
xvgrobl jrfgjbbq 1988 oynpxove ovttyrf jerapu jerfgyr fyvccrel curbavk craal1 cvnabzna gurqhqr wraa
wbawba wbarf1 ebnqehaa neebj nmmre frnunjxf qvruneq qbgpbz ghansvfu puvinf pvaanzba pybhqf qryhkr
abegurea obbovr zbzbzb zbqyrf ibyhzr 23232323 oyhrqbt jjjjjjj mrebpbby lbhfhpx cyhgb yvzrjver wbhat
njalpr tbanil unun tvefy shpxguvf tvesevraq haprapberq n123456 puevfoya pbzong pltahf phcbv argfpncr
uuuuuuuu rntyrf1 ryvgr xabpxref 1958 gnmznavn fubahs cuneznpl gurqbt zvqjnl nefrany1 nanpbaqn
nhfgenyv tebzvg tbgburyy 787878 66666 pnezrk2 pnzore tngbe1 tvatre1 shmml frnqbb ybirfrk enapvq
hhhhhh 911911 ohyyqbt1 urngre zbanyvfn zzzzzzz juvgrbhg iveghny wnzvr1 wncnarf wnzrf007 2727 2469
oynz ovgpunff mrcule fgvssl fjrrg1 fbhgucne fcrpger gvttre1 grxxra ynxbgn yvbaxvat wwwwwww zrtngeba
1369 unjnvvna tlzanfgvp tbysre1 thaaref 7779311 515151 fnasena bcgvzhf cnagure1 ybir1 znttvr1
chqqvat nneba1 qrycuv avprnff obhapr ubhfr1 xvyyre1 zbzb zhfnfuv wnzzva 2003 234567 jc2003jc fhozvg
fffffff fcvxrf fyrrcre cnffjbeg xhzr zrzr zrqhfn znagvf errobx 1017 negrzvf uneel1 pnsp91 srggvfu
bprnaf bbbbbbbb znatb ccccc genvare hhhh 909090 qrngu1 ohyysebt ubxvrf ubylfuvg rrrrrrr wnfzvar1
fcvaare wbpxrl onoloyhr tbbare 474747 purrxf cnff1234 cnebyn bxbxbx cbfrvqba 989898 pehfure phofjva
aaaa xbgnxh zvggraf jungfhc iiiii vbzrtn vafregvbaf oratnyf ovvg lryybj1 012345 fcvxr1 fbjung
cvgherf crpxre gurraq unlnohfn unjxrlrf sybevna dnm123 hfnezl gjvaxyr puhpxyrf ubhaqqbt ubire ubgubg
rhebcn xrafuva xbwnx zvxrl1 jngre1 196969 jenvgu mroen jjjjj 33333 fvzba1 fcvqre1 fahssl cuvyvccr
guhaqreo grqql1 znevab13 znevn1 erqyvar eranhyg nybun unaqlzna preorehf tnzrpbpx tbohpxf serrfrk
qhsszna bbbbb ahttrgf zntvpvna ybatobj cernpure cbeab1 puelfyre pbagnvaf qnyrwe anil ohssl1 urqtrubt
ubbfvref ubarl1 ubgg urlurl qhgpurff rirerfg jnerntyr vungrlbh fhasybjr 3434 frangbef funt fcbba
fbabzn fgnyxre cbbpuvr grezvany grersba znenqban 1007 142536 nyvonon nzrevpn1 onegzna nfgeb tbgu
puvpxra1 purngre tubfg1 cnffcnff beny e2q2p3cb pvivp pvpreb zlkjbeyq xxxxx zvffbhev jvfuobar
vasvavgv 1n2o3p 1djregl jbaqreobl fubwbh fcnexl1 fzrturnq cbvhl gvgnavhz ynagrea wryyl 1213 onlrea
onffrg tfke750 pnggyr svfuvat1 shyyzbba tvyyrf qvzn boryvk cbcb cevffl enzebq ohzzre ubgbar qlanfgl
ragel xbalbe zvffl1 282828 klm123 426urzv 404040 frvasryq cvatcbat ynmnehf znevar1 12345n ornzre
onolsnpr terrpr thfgni 7007 ppppppp snttbg sbkl tynqvngb qhpxvr qbtsbbq cnpxref1 ybatwbua enqvpny
ghan pynevarg qnaal1 abiryy obaoba xnfuzve xvxv zbegvzre zbqryfar zbbaqbt iynqvzve vafreg 1953
mkp123 fhcerzr 3131 frkkk fbsgnvy cbvcbv cbat znef znegva1 ebthr ninynapu nhqvn4 55otngrf pppppppp
pnzr11 svtneb qbtobl qafnqz qvcfuvg cnenqvtz bguryyb bcrengbe gevcbq pubcva pbhpbh pbpxfhpx obehffvn
urevgntr uvmvnq ubzrew zhyyrg juvfxl 4242 fcrrqb fgnepens fxlyne fcnprzna cvttl gvtre2 yrtbf wrmrory
wbxre1 znmqn 727272 purfgre1 eeeeeeee qhaqrr yhzore ccccccc genaal nnyvlnu nqzveny pbzvpf qryvtug
ohggshpx ubzrobl rgreany xvyebl ivbyva jvatzna jnyzneg ovtoyhr oynmr orrzre orbjhys ovtsvfu lllllll
jbbqvr lrnuonol 0123456 gobar flmltl fgnegre yvaqn1 zreybg zrkvpna 11235813 onaare onatonat onqzna
onesyl ternfr puneyrf1 ssssssss qborezna qbtfuvg birexvyy pbbythl pynlzber qrzb abzber uuuuuuu
ubaqnf vnztbq ragrezr ryrpgeba rnfgfvqr zvavzbav zlonol jvyqovyy jvyqpneq vcfjvpu 200000 ornepng
mvtmnt llllllll fjrrgarf 369369 fxlyre fxljnyxre cvtrba gvccre nfqs123 nycunorg nfqmkp onolonol
onanar thlire tencuvpf puvabbx sybevqn1 syrkvoyr shpxvafvqr hefvgrfhk gbgbgb nqnz12 puevfgzn puebzr
ohqqvr obzoref uvccvr zvfsvgf 292929 jbbsre jjjjjjjj fghool furrc fcnegn fgnat fchq fcbegl cvaonyy
whfg4sha znkkkk erorppn1 sssssss serrjnl tnevba eeeee fnapub bhgonpx znttbg chqqva 987456 ubbcf
zlqvpx 19691969 ovtpng fuvare fvyirenq grzcyne ynzre whvpl zvxr1 znkvzhz 1223 10101010 neebjf
nyhpneq unttvf purrpu fnsnev qbt123 bevba1 cnybzn djrenfqs cerfvqra irtvggb 969696 nqbavf pbbxvr1
arjlbex1 ohqqlobl uryybf urvarxra renfre zbevgm zvyyjnyy ivfhny wnloveq 1983 ornhgvsh mbqvnp fgrira1
fvavfgre fynzzre fznfuvat fyvpx1 fcbatr grqqlorn gvpxyvfu wbaal 1211 ncgvin nccyrcvr onvyrl1 thvgne1
pnalba tnttrq shpxzr1 qvtvgny1 qvabfnhe 98765 90210 pybjaf phof qrrwnl avttn anehgb obkpne vprubhfr
ubggvrf ryrpgen jvqtrg 1986 2004 oyhrsvfu ovatb1 fgenghf fhygna fgbez1 44444 4200 fragarpr frklobl
fvtzn fzbxvr fcnz cvccb grzccnff znazna 1022 onppuhf nmgaz nkvb onzobb unxe tertbe unununun 5678
pnzreb1 qbycuva1 cnqqyr zntarg djreg1 clba cbefpur1 gevccre abjnl oheevgb obmb uvtuurry ubbxrz
rqqvr1 ragebcl xxxxxxxx xxxxxxx vyyvabvf 1945 1951 24680 21212121 100000 fgbarpbyq gnpb fhomreb
frkkkl fxbyxb fxlunjx fchef1 fchgavx grfgcnff wvttnzna 1224 unaanu1 525252 4rire pneoba fpbecvb1
eg6lgrer znqvfba1 ybxv pbbyarff pbyqorre pvgnqry zbanepu zbetna1 jnfuvatg 1997 oryyn1 lnln fhcreo
gnkzna fghqzna 3636 cvmmnf gvssnal1 ynffvr yneel1 wbfrcu1 zrcuvfgb ercgvyr enmbe 1013 unzzre1 tlcfl
tenaqr pnzcre puvccl png123 puvzren svrfgn tybpx qbznva qvrgre qentbaon bargjb altvnagf cnffjbeq2
dhnegm cebjyre cebcurg gbjref hygen pbpxre pbeyrbar qnxbgn1 phzz aaaaaaa obkref urlabj vproret
xvgglxng jnfnov ivxvatf1 orrezna fcyvagre fabbcl1 cvcryvar zvpxrl1 zreznvq zvpeb zrbjzrbj erqoveq
onhen purilf pnenina sebtzna qvivat qbttre qenira qevsgre bngzrny cnevf1 ybatqbat dhnag4307f enpury1
irtvggn pboenf pbefnve qnqnqn zlyvsr objjbj ubgengf rnfgjbbq zbbayvtu zbqran vyyhfvba vvvvvvv
wnlunjxf fjvatref fubpxre fuevzc frktbq fdhnyy cbvh gvtref1 gbrwnz gvpxyre whyvr1 wvzob1 wrssrefb
zvpunry2 ebqrb ebobg 1023 naavr1 oonyy unccl2 punegre synfure snypba1 svpgvba snfgonyy tnqtrg
fpenooyr qvncre qvegovxr byvire1 cnpb znpzna cbbcl cbccre cbfgzna ggggggg nphen pbjobl1 pbana qnrjbb
arzenp58 aaaaa arkgry oboqlyna rherxn xvzzvr xpw9jk5a xvyyovyy zhfvpn ibyxfjnt jntr jvaqzvyy jreg
ivagntr vybirlbh1 vgfzr mvccb 311311 fgneyvtu fzbxrl1 fanccl fbhyzngr cynfzn xehfgl whfg4zr znevhf
erory1 1123 nhqv svpx tbnjnl ehfgl2 qbtobar qbbshf bbbbbbb boyvivba znaxvaq znuyre yyyyyyy chzcre
chpx chyfne inyxlevr ghcnp pbzcnff pbapbeqr pbhtnef qrynjner avprthl abpghear obo123 obngvat oebamr
urerjrtb urjyrgg ubhubh rneauneq rrrrrrrr zvathf zbolqvpx iragher irevmba vzngvba 1950 1948 1949
223344 ovtovt jbjjbj fvffl fcvxre fabbxre fyhttb cynlre1 wfonpu whzob zrqvp erqqrivy erpxyrff
123456n 1125 1031 nfgen thzol 757575 585858 puvyyva shpx1 enqvburn hclbhef gerx pbbypbby pynffvpf
pubbpubb avxxv1 avgeb oblgbl rkpvgr xvefgl jvatahg jveryrff vph812 1znfgre orngyr ovtoybpx jbysra
fhzzre99 fhtne1 gnegne frklfrkl fraan frkzna fbcenab cynglchf cvkvrf gryrcuba ynhen1 ynherag evzzre
1020 12djnfmk unzvfu unyvsnk svfuurnq sbehz qbqbqb qbvg cnenzrqv ybarfbzr znaql1 hhhhh henahf ggggg
oehpr1 urycre ubcrshy rqhneq qhfgl1 xngul1 zbbaornz zhfpyrf zbafgre1 zbaxrlob jvaqfhes iiiiiii ivivq
vafgnyy 1947 187187 1941 1952 fhfna1 31415926 fvaarq frkkl fzbbguvr fabjsynx cynlfgng cynln cynlobl1
gbnfgre wreel1 znevr1 znfba1 zreyva1 ebtre1 ebnqfgre 112358 1121`;
