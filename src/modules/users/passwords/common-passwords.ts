import type * as Zxcvbn from '@zxcvbn-ts/core';
import type * as Common from '@zxcvbn-ts/language-common';

/**
 * Words and phrases that password-guessing programs try first. They complete the 49,000 passwords that the library zxcvbn
 * contains. `words` are typical of an art school and its languages. `phrases` match in any case and with substitutes such as
 * `@` for a and `0` for o.
 * Passwords of fewer than ten characters are refused before this check.
 */
const words = `
  abc abcd abcde abcdef abcdefg access account admin administrator album amanda amore andrea angel angela anthony apple
  art artist ashley asdf asdfgh asdfghjkl austin azerty banana barcelona baseball basketball batman beautiful benfica
  bonjour brandon butterfly canvas captain casa changeme charlie cheese chelsea chocolate ciao computer cookie corvette
  cowboy daniel default demo diamond doudou dragon eagle elephant eminem enter facebook family fluffy flower football
  forever freedom friend friends fuckyou galaxy gandalf george gfhjkm ginger google guest hannah hello hockey hola
  hunter iloveyou italia jasmine jennifer jessica jesus jordan joshua juventus justin kaiser killer letmein liverpool
  login london lovely loveme loveyou maggie manager mario marina marseille master matrix matthew merlin michael michelle
  minecraft monkey mustang napoli naruto nicole ninja nothing orange paint painting parola pass passw passwd password
  passwort passwords patrick pepper picasso pokemon princess purple qazwsx qqww qwer qwert qwerty qwertyu qwertyui
  qwertyuiop qwertz rainbow ranger robert root samsung sandra sanpaolo school secret security server shadow silver
  snoopy soccer sophie spiderman starwars steven student summer winter spring autumn sunflower sunshine superman
  support swordfish teacher teo teoart teocoin test tester testing thomas thunder tiger tigger trustno ubuntu user
  victoria welcome whatever william wizard yankees yellow zaq zxcvb zxcvbn zxcvbnm
`;

const phrases = `
  1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qazxsw23edc 1a2b3c4d5e 1a2b3c4d5e6f a1b2c3d4e5
  a1b2c3d4e5f6 q1w2e3r4t5 q1w2e3r4t5y6 q1w2e3r4t5y6u7 qaz123wsx456 qazwsxedcrfv qazwsxedc qazwsx123edc zaq12wsxcde3
  zaq1zaq1zaq1 zaq1xsw2cde3 zaq12wsxzaq12wsx qweasdzxc123 123qweasdzxc qweasdzxcqwe qweasdqwe123 qweasdqweasd 123qwe123qwe
  qwe123qwe123 qwerty123qwerty 123qwertyuiop qwertyqwerty qwertyasdfgh qwertyuiopasdfghjkl qwertyuiopasdf asdfghjklzxcvbnm
  asdfghasdfgh asdfghjklqwertyuiop asdfjkl;asdfjkl; poiuytrewq lkjhgfdsaq mnbvcxzlkj mnbvcxzasd 0987654321 9876543210
  1029384756 0192837465 5647382910 1234567890 12345678910 123456789a 123456789abc 1234567890a 1234567890abc 1234567890q
  1234567890qwerty 1234567891 0123456789 0123456789a 123456123456 1234512345 123321123321 1234554321 12344321 1122334455
  112233445566 11223344556677 1357924680 2468013579 147258369 147258369a 1472583690 159753456852 159357258456 741852963a
  789456123a 7894561230 963852741a 987654321a 31415926535 3141592654 271828182845 a123456789 aa12345678 aa123456789 abc123abc123
  abc1234567 abc12345678 abcd123456 abcd12345678 abcd1234abcd asd123456789 asdf123456 zxcvbnm123 abcdefghij abcdefghijk
  abcdefghijkl abcdefghijklmnopqrstuvwxyz zyxwvutsrqp qwertyuiop123 passwordpassword passwordqwerty passwordadmin
  adminpassword adminadmin adminadminadmin rootroot123 administrator1 administrators superadministrator thisisapassword
  thisismypassword mypassword mypassword1 mypasswordis notmypassword mysecretpassword secretpassword secretsecret
  nopassword nopasswordnopassword yourpassword ourpassword newpassword newpassword1 oldpassword temppassword
  temporarypassword defaultpassword masterpassword passwordisstrong strongpassword securepassword goodpassword
  correcthorse correcthorsebattery correcthorsebatterystaple batterystaple iamthepassword passwordagain password1password
  changeme123 changemenow changethis changethispassword pleasechange pleasechangeme pleaseletmein letmeinletmein letmeinnow
  letmeinplease opensesame trustnoone trustnobody iloveyou123 iloveyou1234 iloveyouiloveyou iloveyoubaby iloveyousomuch
  iloveyoumore iloveyouforever iloveyoumom ilovemymom ilovemyself ilovemydog ilovemycat ilovemylife ilovemusic iloveart
  ilovepainting ilovedrawing ilovefootball ilovechocolate ilovejesus jesuslovesme jesuschrist jesusislord godisgood
  godisgreat godblessme inshallah bismillah alhamdulillah fuckyoufuckyou fuckyouall fucktheworld fuckoff123 motherfucker
  whatever123 whateverwhatever whatthefuck whatthehell hellohello hellohellohello helloworld helloworld123 hellokitty
  hellothere hihihihihi welcomehome welcomeback welcome12345 goodmorning goodnight123 goodbye123 happybirthday happynewyear
  merrychristmas christmas1 halloween1 valentine1 sweetheart sweetheart1 babygirl12 babygirl123 princess123 prettygirl
  beautiful1 beautifulgirl beautifulday lovelylovely lovelovelove loveisblind loveislove loveyou123 loveme123 lovemelove
  bestfriend bestfriends bestfriends4ever friendsforever familyfirst familyforever foreveryoung foreverlove forever21
  basketball1 basketball23 football123 footballer manchester manchesterunited manchestercity realmadrid realmadrid1
  barcelona10 barcelonafc juventusjuventus forzajuve forzanapoli forzamilan forzainter forzaroma acmilan1899 intermilan
  bayernmunich liverpoolfc chelseafc arsenalfc arsenal123 cristiano7 ronaldo123 ronaldinho spongebob1 harrypotter
  harrypotter1 hermione123 dumbledore gryffindor starwars123 darthvader lordoftherings gandalf123 spiderman1 spiderman123
  superman123 batman1234 wonderwoman captainamerica pokemon123 minecraft1 minecraft123 playstation playstation2
  playstation3 nintendo64 metallica1 nirvana123 slipknot666 blink182blink linkinpark greenday123 marlboro123 heineken123
  internet123 computer123 computers1 microsoft123 windows1234 samsung123 google1234 facebook123 instagram1 telegram123
  whatsapp123 youtube123 linkedin123 dropbox123 photoshop1 mustang123 ferrari123 lamborghini volkswagen mercedesbenz
  chocolate1 chocolate123 strawberry strawberry1 blueberry1 watermelon watermelon1 pineapple1 butterfly1 butterfly123
  butterflies sunflower1 sunflowers sunshine12 sunshine123 sunnyday123 rainbow123 september1 november11 december12 december25
  january123 february14 elizabeth1 alexander1 christian1 christopher christopher1 christina1 francesco1 francesca1
  giuseppe12 alessandro alessandra alessandro1 valentina1 valentino46 ciaociaociao ciaobella1 ciaociao12 amoremio123 tiamo12345
  teamomucho tequieromucho teamoteamo tequiero123 miamormiamor contrasena contrasena1 contrasena123 motdepasse motdepasse1
  motdepasse123 passwort123 passwort1234 hallo12345 hallohallo geheim1234 schatz1234 schalke04schalke bonjour123 jetaime123
  doudoudoudou azertyuiop azertyuiop123 azerty123456 qsdfghjklm wxcvbn1234 qwertzuiop qwertzuiop1 yxcvbnm123 asdfghjkl1
  parola1234 parolaparola laparola123 segreto123 haslo12345 wachtwoord wachtwoord1 welkom1234 senha12345 minhasenha
  testtesttest testing1234 test123456 test1234567 testpassword testaccount guestguest demodemodemo demo123456 userpassword
  teacherteacher teacher123 student123 studentstudent school1234 schoolschool artschool1 artschool123 myartschool
  teoartschool teoartteoart teoart2024 teoart2025 teoart2026 teocoin123 teocointeocoin leonardodavinci michelangelo monalisa123
  vangogh123 vincentvangogh starrynight picasso123 rembrandt1 caravaggio watercolor watercolor1 oilpainting
`;

const splitWords = (text: string): string[] => text.trim().split(/\s+/);
const substitutedLetters: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

const punctuationAndSpaces = /[^\p{L}\p{N}]/gu;

/** Removes case, punctuation and the usual substitutes, so that `P@ssw0rd` and `password` compare as equal. */
export function normalizeText(password: string): string {
  const lowerCase = password.normalize('NFKC').toLowerCase();
  const withoutSubstitutes = lowerCase.replace(/[013457@$!]/g, (sign) => substitutedLetters[sign]!);
  return withoutSubstitutes.replace(punctuationAndSpaces, '');
}

const commonPhrases = new Set(splitWords(phrases).map(normalizeText));

/**
 * Also recognises rows of keys such as `asdf`, years, repetitions and words with digits around them, because no list can
 * contain them all.
 */
let estimator: Zxcvbn.ZxcvbnFactory | undefined;

/** It is loaded with its 51 files and 49,000 passwords for the first password that somebody chooses, because most processes see none. */
function createEstimator(): Zxcvbn.ZxcvbnFactory {
  const { ZxcvbnFactory } = require('@zxcvbn-ts/core') as typeof Zxcvbn;
  const { adjacencyGraphs, dictionary } = require('@zxcvbn-ts/language-common') as typeof Common;
  return new ZxcvbnFactory({ dictionary: { ...dictionary, school: splitWords(words) }, graphs: adjacencyGraphs });
}

/** A guesser at the login route cannot make this many attempts. Ten random characters need ten times as many. */
const minGuesses = 1e9;
/**
 * Only this many characters are estimated because the work of the estimator grows with the square of the length. A password
 * whose beginning is easy to guess is refused, however long it is.
 */
const maxEstimatedLength = 24;

export function isCommon(password: string): boolean {
  if (commonPhrases.has(normalizeText(password))) return true;
  const beginning = Array.from(password.normalize('NFKC')).slice(0, maxEstimatedLength).join('');
  estimator ??= createEstimator();
  return estimator.check(beginning).guesses < minGuesses;
}
