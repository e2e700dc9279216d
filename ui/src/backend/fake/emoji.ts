import type { EmojiGroup } from '../../bindings';

/** "text name, keywords": a choice of what the real list has. */
const GROUPS: Record<string, string> = {
  'Smileys and emotion':
    '😀 grinning face: happy smile joy|😃 grinning face with big eyes: happy|😄 grinning face with smiling eyes: happy|😁 beaming face: grin|😆 squinting face: laugh haha|😅 grinning face with sweat: nervous|🤣 rolling on the floor laughing: rofl|😂 face with tears of joy: laugh|🙂 slightly smiling face: smile|🙃 upside-down face: silly|😉 winking face: wink|😊 smiling face with smiling eyes: blush shy|😇 smiling face with halo: angel|🥰 smiling face with hearts: love adore|😍 smiling face with heart-eyes: love crush|🤩 star-struck: wow excited|😘 face blowing a kiss: love|😋 face savouring food: yum|😜 winking face with tongue: joke|🤪 zany face: goofy|🤗 hugging face: hug|🤔 thinking face: hmm|😴 sleeping face: sleepy tired zzz|😪 sleepy face: tired|😎 smiling face with sunglasses: cool|🤓 nerd face: geek|😕 confused face: unsure|😟 worried face: sad|😮 face with open mouth: surprised|😲 astonished face: surprised shocked|🥺 pleading face: please|😢 crying face: sad tear|😭 loudly crying face: sad sob|😱 face screaming in fear: scared|😤 face with steam: triumph|😡 enraged face: angry mad|😠 angry face: mad|🤬 face with symbols: swearing|😳 flushed face: shy embarrassed|🥳 partying face: birthday party|🤯 exploding head: mind blown|💀 skull: dead|👻 ghost: halloween boo|👽 alien: ufo|🤖 robot: code|❤️ red heart: love|🧡 orange heart: love|💛 yellow heart: love|💚 green heart: love|💙 blue heart: love|💜 purple heart: love|💔 broken heart: sad|💕 two hearts: love|💯 hundred points: perfect|💢 anger symbol: angry|💤 zzz: sleep|✨ sparkles: magic',
  'People and body':
    '👋 waving hand: hello bye wave|👌 ok hand: fine|✌️ victory hand: peace|🤞 crossed fingers: luck|👍 thumbs up: yes good|👎 thumbs down: no bad|👏 clapping hands: applause|🙌 raising hands: hooray|🙏 folded hands: please thanks thank|💪 flexed biceps: strong|🤝 handshake: deal|🤷 person shrugging: dunno|🤦 person facepalming: oops|🙋 person raising hand: me|💃 woman dancing: dance|🕺 man dancing: dance|👀 eyes: look|🧠 brain: smart',
  'Animals and nature':
    '🐱 cat face: kitten pet|🐶 dog face: puppy pet|🦊 fox: animal|🐼 panda: bear|🐸 frog: toad|🐧 penguin: bird|🐻 bear: animal|🐰 rabbit face: bunny|🐯 tiger face: animal|🦁 lion: animal|🐮 cow face: animal|🐷 pig face: animal|🐵 monkey face: animal|🐙 octopus: sea|🦉 owl: bird|🐝 honeybee: insect|🦋 butterfly: insect|🐢 turtle: slow|🐳 spouting whale: sea|🌵 cactus: desert plant|🌸 cherry blossom: flower tree|🌹 rose: flower|🌻 sunflower: flower|🍀 four leaf clover: luck|🍄 mushroom: plant|🌳 tree: plant|🪐 ringed planet: space saturn|🌙 crescent moon: night|☀️ sun: weather|⭐ star: night|🌟 glowing star: shine|☁️ cloud: weather|🌧️ cloud with rain: weather|❄️ snowflake: snow winter|🔥 fire: hot camp|🌈 rainbow: weather',
  'Food and drink':
    '🍎 red apple: fruit|🍓 strawberry: fruit|🥑 avocado: fruit|🍕 pizza: food|🍔 hamburger: burger food|🍟 french fries: food|🍜 steaming bowl: noodles ramen|🍣 sushi: food|🍰 shortcake: cake|🎂 birthday cake: party|🍩 doughnut: sweet|🍪 cookie: sweet|☕ hot beverage: coffee tea mug|🍵 teacup: tea|🧋 bubble tea: drink|🍺 beer mug: drink',
  'Travel and places': '🏖️ beach with umbrella: sea holiday|🏕️ camping: tent fire|🚗 car: drive|✈️ airplane: travel|🚀 rocket: space|🏠 house: home|🌍 globe: earth world|⛄ snowman: winter',
  Activities: '🎉 party popper: celebration birthday|🎈 balloon: party|🎁 wrapped gift: present|🏆 trophy: win|⚽ soccer ball: sport|🎮 video game: play|🎨 palette: art|🎵 musical note: music|🛹 skateboard: skate|🎤 microphone: sing',
  Objects: '📚 books: reading book study|💻 laptop: code work computer|📱 mobile phone: call|💡 light bulb: idea|📌 pushpin: pin|💰 money bag: rich|⏰ alarm clock: time monday morning|✏️ pencil: write|🔔 bell: notify|🎧 headphone: music',
  Symbols: '✅ check mark: done yes|❌ cross mark: no|❓ question mark: what|❗ exclamation mark: important|💬 speech balloon: chat|🆗 ok button: fine|♻️ recycling symbol: green|➕ plus: add',
};

export const EMOJI: EmojiGroup[] = Object.entries(GROUPS).map(([name, list]) => ({
  name,
  emoji: list.split('|').map((line) => {
    const [, text = '', called = '', keywords = ''] = /^(\S+) ([^:]+): (.*)$/.exec(line) ?? [];
    return { text, name: called, keywords: keywords.split(' ') };
  }),
}));

const ALL = EMOJI.flatMap((group) => group.emoji);

/** A word of the text in the name counts more than one in the keywords. */
export function suggest(text: string): string[] {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 2);
  const worth = (name: string, keywords: string[]) =>
    words.reduce((sum, word) => sum + (name.split(/[ -]/).includes(word) ? 3 : 0) + (keywords.some((each) => each === word) ? 2 : 0), 0);
  return ALL.map((emoji) => ({ text: emoji.text, worth: worth(emoji.name, emoji.keywords) }))
    .filter((each) => each.worth > 0)
    .sort((a, b) => b.worth - a.worth)
    .slice(0, 5)
    .map((each) => each.text);
}

export const isEmoji = (text: string): boolean => /^\p{Extended_Pictographic}/u.test(text);
