"""What short replies are made of: phrases by kind, in small letters without apostrophes. Standard library only."""

from __future__ import annotations

# yes, no, unsure, none, all: what they say. hedge: a "yes" only where nothing hangs on it ("sometimes", but not
# "sometimes I ..."). weak: may only say that the question was read. again: the answer is that of the time before.
# thinking, filler: nothing yet. about, after_number: around a number. mended: before a number that takes the place of
# another. pick: between places in a list. except: what follows is left out; except_not too, but not after a no ("no,
# not the third").
SPELLED = {
    word: meant
    for meant, words in {
        "nothing": "nuffin nuffink nothin nuthin nuthing nutten nuttin nuttn nuttun notting nowt nutn",
        "that": "dat dah",
        "them": "dem dey",
        "these": "dese",
        "those": "dose doze",
        "this": "dis",
        "none": "nun nane",
    }.items()
    for word in words.split()
}
"""Words of a reply as they are said in many places, each with the one that the phrases know."""
WORDS: dict[str, str] = {
    "yes": """yes|yeah|yea|yep|yeh|yup|yh|ye|yas|yess|yesss|ya|yah|aye|y|uh huh|uhuh|mhm|mm hmm|mmhmm|si|oui|ja|
        correct|thats right|that is right|thats correct|that is correct|true|exactly|indeed|absolutely|definitely|
        certainly|of course|ofc|affirmative|totally|i think so|yes i think so|yes to some|yes some|yes a few|
        some of them|some of those|a couple of them|think so|i believe so|i guess so|guess so|i suppose so|i suppose|
        suppose so|i would say so|id say so|i reckon so|i reckon|afraid so|im afraid so|i am afraid so|unfortunately|
        unfortunately yes|sadly yes|probably|probably yes|most likely|likely|very likely|you bet|sure is|sure do|
        sure does|that too|me too|same here|i feel that|yes please|please do|go ahead|go on|go on then|lets do it|
        too right|damn right|hell yes|hell yeah|oh yes|oh yeah|its true|it is true|thats it|that is it|👍|✅""",
    "hedge": """a little|a little bit|a bit|little bit|slightly|kind of|kinda|sort of|sorta|somewhat|sometimes|
        occasionally|now and then|on and off|off and on|from time to time|at times|often|always|mostly|
        most of the time|very much|very much so|a lot|lots|loads|all the time|constantly|every day|every night|
        to some extent|to a degree|partly|partially|recently|lately|a tad|a touch|bit of both|just a little|
        just a bit|only a little|only a bit|a fair bit|quite a bit|quite|big time|pretty much|more or less""",
    "weak": """ok|okay|oki|okie|okey|okey dokey|okie dokie|k|kk|sure|sure thing|right|right then|righto|rightio|fine|
        fine by me|got it|alright|all right|alrighty|understood|i understand|i see|noted|fair enough|sounds good|
        why not|if you say so|cool|great|good|perfect|for sure|will do|ah ok|oh ok|oh right|i hear you|
        makes sense""",
    "no": """no|nope|nope nothing|no nothing|nothing no|just an expression|only an expression|
        just a figure of speech|only a figure of speech|figure of speech|just a saying|not literally|
        i was exaggerating|im exaggerating|just exaggerating|i didnt mean it|i didnt mean it like that|
        i did not mean it like that|not like that|no not like that|i was joking|im joking|only joking|just joking|
        nah|nay|naw|na|noo|nooo|n|nein|non|negative|no way|not really|not at all|not as such|not that i know|
        not that i know of|not that i am aware of|not that im aware of|not that im aware|not to my knowledge|
        not as far as i know|as far as i know no|not as far as im aware|afaik no|not that i can think of|
        not that i have noticed|not that ive noticed|not that i noticed|not that i can tell|not that i remember|
        not that i recall|i dont think so|dont think so|i do not think so|do not think so|i think not|think not|
        i doubt it|doubt it|i wouldnt say so|wouldnt say so|id say no|i would say no|i would say not|id say not|
        i believe not|i dont believe so|dont believe so|probably not|most likely not|unlikely|very unlikely|never|
        never have|never had|never ever|certainly not|definitely not|absolutely not|of course not|hardly|barely|
        not yet|not now|not at the moment|not currently|not right now|not today|not lately|not recently|not anymore|
        not any more|no longer|not so far|not me|not for me|not this time|no never|no not really|no not at all|false|
        incorrect|wrong|not true|thats not right|no thats wrong|hell no|god no|oh no|thank god no|thankfully no|
        thankfully not|luckily no|luckily not|fortunately no|fortunately not|not a bit|not even a bit|
        not in the slightest|no thanks|no thank you|no ta|not applicable|n a|i hope not|hope not|surely not|
        guess not|i guess not|suppose not|i suppose not|not especially|not particularly|not much|not ever|
        doh have that|i doh have that|i doh have none of that|doh have none|nuh have that|mi nuh have that|
        me nuh have that|no get that|i no get am|i no get that|i no get that one|me no have that|
        nothing to speak of|not i|all good|all fine|all ok|all clear|im fine|i am fine|its fine|it is fine|
        everything is fine|everythings fine|all normal|everything normal|everythings normal|i am ok|im ok|
        no problems|no issues|no issue|no problems at all|no issues at all|no problem at all|no trouble|
        no trouble at all|no problem with any of that|no problem with any of those|no problems there|
        no problem there|all fine there|all good there|all ok there|im good|i am good|im all good|we are fine|
        all well|all is well|everything fine|everything ok|everything is ok|everything is good|everything good|
        everything works|nothing wrong|nothing is wrong|nothing much|nothing major|nothing new|nothing bad|
        nothing unusual|nahh|nooope|no worries there|nothing wrong there|cant say so|cant say i have|cant say i do|
        cant say i did|cant say i am|cant say ive|cant say that i have|cant say that i do|cant say that i did|
        i cant say so|i cant say i have|i cant say i do|i cant say that i have|i cant say that i do|
        i cannot say that i have|i cannot say that i do|i cannot say i have|i cannot say i do|
        couldnt say that i have|couldnt say that i do|👎|❌""",
    "again": """same as before|same as last time|same as above|same again|same answer|same answer as last time|
        same answer as before|same answer again|the same|the same as before|the same answer|
        the same again|as above|as before|as i said|as i said before|as said|as said before|as told earlier|
        as told before|like before|like i said|like i said before|like last time|ditto|ditto that|ditto here|
        likewise|my answer is unchanged|unchanged|no change there|i said already|i already said|said already|
        already said|already answered|i already answered|covered that already|already covered|
        covered that|still the same answer|see above|see my last answer""",
    "unsure": """still not sure|still unsure|still dont know|i still dont know|still no idea|still no clue|
        not sure really|not really sure tbh|not too sure|im still not sure|i am still not sure|im not really sure|
        i honestly dont know|honestly dont know|honestly not sure|i honestly do not know|honestly no idea|
        i really dont know|really dont know|really not sure|i really am not sure|im really not sure|i just dont know|
        i simply dont know|i genuinely dont know|no clue at all|no idea at all|absolutely no idea|
        ive absolutely no idea|i dont have a clue|dont have a clue|dont have any idea|i cant really say|
        i cant honestly say|not that sure|not totally sure|not completely sure|not fully sure|not absolutely sure|
        cant be certain|hard to know|difficult to know|impossible to say|impossible to tell|could be either|
        a bit unsure|bit unsure|i am not certain|maybe a bit|maybe a little|maybe slightly|maybe sometimes|a maybe|
        who can say|god knows|lord knows|no se|not really certain|i would not know|wouldnt know|i wouldnt know|
        couldnt say for sure|not sure about that|not sure about that one|not sure about any of those|
        not sure about those|not sure what you mean|what do you mean|dont get it|i dont get it|not sure|im not sure|
        i am not sure|not really sure|not entirely sure|not quite sure|not certain|im not certain|not so sure|
        not 100 sure|not 100 percent sure|unsure|im unsure|i am unsure|uncertain|dunno|i dunno|dont know|i dont know|
        i do not know|do not know|i dont really know|dont really know|idk|no idea|i have no idea|no clue|ive no idea|
        i have no clue|not a clue|havent a clue|havent got a clue|beats me|who knows|maybe|perhaps|possibly|might be|
        it might|it might be|could be|it could be|maybe yes|maybe no|maybe maybe not|yes and no|yes no maybe|
        hard to say|hard to tell|difficult to say|difficult to tell|tricky to say|cant say|i cant say|
        cant say for sure|couldnt say|i couldnt say|couldnt tell you|cant tell|i cant tell|i cannot tell|cannot tell|
        cannot say|cant really tell|cant really say|cant be sure|depends|it depends|that depends|not exactly|
        i cant remember|cant remember|i dont remember|dont remember|i forget|dont understand|i dont understand|
        i havent noticed|havent noticed|havent checked|i havent checked|never checked|never thought about it|
        i wonder|fifty fifty|50 50|either|dont no|i dont no|not shure|not shore|unclear|it is unclear|🤷""",
    "none": """no nothing like that|no nothing like those|no nothing of that|no nothing of the sort|
        no nothing like this|none|none of them|none of these|none of those|none of the above|none of that|none of it|
        none of this|none o them|none ae them|none ae that|none ae thae|none o that|
        none ae it|hee haw|heehaw|hee haw hen|
        none at all|none whatsoever|none apply|none applies|none for me|none that i know of|none really|none thanks|
        none of them apply|none of these apply|none of those apply|none of the above apply|nothing|nothing like that|
        nothing of the sort|nothing of that|nothing at all|nothing from that list|nothing on that list|nothing there|
        nothing else|none on the list|no to all|no to all of them|no to all of these|no to all of those|
        no to all of that|no to all that|no to both|no to everything|no to the lot|no to any of them|
        no to any of those|no to any of these|no to each|neither|neither of them|neither of those|neither of these|
        neither one|not any|not any of them|not any of these|not any of those|not any of that|not one|
        not one of them|not one of those|not one of these|i have none|i have none of them|i have none of these|
        i have none of those|ive none|ive none of those|ive none of these|i dont have any|i dont have any of these|
        i dont have any of those|i dont have any of them|i dont have any of that|dont have any|
        dont have any of those|dont have any of these|dont have any of them|i have not any of these|
        havent got any of those|havent got any of them|havent got any of these|i havent got any|
        i havent any of those|i have nothing like that|zilch|nada|nil|i do not have any of these|
        i do not have any of those|i do not have any of them|i do not have any|no such thing|no symptoms|
        no other symptoms|nothing to report|all no|no no no|no x|no to everything there|nothing of those|
        nothing from those|no any|no any of these|no one of these|no all|no for all|no for all of them|all negative|
        thats all no|its all no|non of them|non of these|non of those|
        non of the above""",
    "refuse": """prefer not to say|i prefer not to say|id prefer not to say|rather not say|id rather not say|
        i would rather not say|i dont want to say|dont want to say|i dont want to answer|i dont want to answer that|
        dont want to answer|i wont say|not telling|im not telling you|none of your business|thats private|private|
        no comment|skip|skip it|skip this|skip that|skip this one|pass|next|
        next question|next one please|next please""",
    "all": """all|all of them|all of these|all of those|all of the above|all of that|all of it|all the above|
        all that|all three|all four|all five|everything|everything there|everything on the list|every one|
        every one of them|each of them|the lot|the whole lot|both|both of them|both of these|both of those|
        yes to all|yes to all of them|yes to all of these|yes to all of those|yes to both|yes both|yes all|
        yes to everything|yes to the lot|i have all of them|i have all of these|i have all of those|
        ive got all of them|i have both|ive got both|all apply|they all apply|all yes""",
    "thinking": """no worries|no problem|no probs|no prob|not a problem|no bother|no worries at all|thats no problem|
        hmm|hm|hmmm|hmmmm|mmm|um|umm|ummm|erm|er|err|uh|uhh|well|let me see|let me think|lets see|let me check|
        give me a sec|give me a second|give me a minute|one sec|one second|one moment|a moment|hold on|hang on|wait|
        just a sec|just a second|just a minute|good question|thinking|let me have a think|i need to think|
        bear with me""",
    "filler": """ay|eh|aw|och|ach|oof|ooh|aha|ok so|
        thanks|thank you|thankyou|thx|ta|cheers|please|pls|plz|really|honestly|tbh|to be honest|i mean|
        well|so|oh|ah|just|only|actually|mate|doc|doctor|love|sorry|for me|with me|at the moment|right now|
        currently|now|today|lol|haha|x|xx|i would say|id say|i say|i think|i believe|i reckon|though|tho|then|there|
        here|again|yet|very|still|man|bro|pal|hun|dear|buddy|um|umm|erm|er|hmm|hm|ahh|fortunately|luckily|
        thankfully|thank god|thank goodness|touch wood|my answer is|answer is|the answer is|i have|i do|i am|i had|
        ive had|ive|im|it is|its|thats|that is|is|at all|ever|definitely|certainly|absolutely|of course|in fact|
        as far as i know|afaik|that i know of|to my knowledge|at least|so far|sir|madam|hi|hello|a|the|like|is it|
        would be|it would be|it was|and""",
    "mended": """i meant|meant|i mean|make that|it should be|should be|should say|correction|sorry""",
    "about": """about|around|roughly|approx|approximately|maybe|say|like|probably|perhaps|almost|nearly|just over|
        just under|over|under|more like|somewhere around|at about|it is about|its about|id say|i would say|im|i am|
        aged|age|my age is|i turned|turned|turning|close to|a|an|the|solid|good|strong|easily|a good|a solid|pain is|
        the pain is|my pain is|pain level|level|score|scale|it is|its|it is a|its a|i give it|id give it|
        i would give it|i would rate it|id rate it|rate it|nearer|nearly a""",
    "after_number": """ish|or so|years|years old|year old|yrs|yrs old|yo|y o|yr old|yr|year|y|old|out of 10|
        out of ten|of 10|of ten|10|on 10|on ten|from 10|from ten|in total|at worst|right now|at the moment|today|
        on average|overall|at a push|give or take|on the scale|on a scale of 1 to 10|in pain|for pain|for the pain|
        plus|f|m""",
    "except": """but|but for|except|except for|except that|apart from|aside from|other than|besides|bar|
        barring|excluding|minus|with the exception of|save for""",
    "except_not": """not|but not|just not|only not|and not""",
    "pick": """to|number|no|nr|num|option|choice|the|answer|item|#|one|ones|statement|and|also|plus|or|with|just|
        only""",
}
SCORES: dict[int, str] = {
    0: """none|nothing|no pain|no pain now|no pain at the moment|no pain today|zero|nil|pain free""",
    2: """mild|very mild|quite mild|slight|hardly any|hardly anything|barely any|barely there|a little|a little bit|
        just a niggle|a niggle|minimal|not much|not a lot|not very bad""",
    3: """not too bad|not that bad|not so bad|bearable|tolerable|manageable|mild to moderate|annoying""",
    5: """moderate|medium|middling|in the middle|halfway|half way|about half way|about halfway|so so|average|
        moderately|uncomfortable""",
    7: """bad|quite bad|pretty bad|strong|moderate to severe|quite strong|very sore""",
    8: """severe|very bad|really bad|awful|terrible|horrible|very strong|intense|dreadful|extreme""",
    10: """unbearable|the worst|worst ever|worst i have ever had|worst ive ever had|worst ive had|agony|
        excruciating|the worst ever|worst pain ever|the worst pain ever|the worst ive ever had|
        off the scale|max|maximum""",
}
"""Words for how bad a pain is, by the middle of what people who gave a number out of 10 as well meant by them
(mild to 4, moderate 5 to 6, severe from 7: Serlin et al., Pain 1995); only as a whole reply to the question."""
