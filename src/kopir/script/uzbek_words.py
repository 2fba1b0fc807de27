"""Uzbek loans whose Cyrillic spelling cannot be seen in the Latin one: `ь`, `ъ`, `ц` for `s`, `э` inside, `ю я ё`.

One table, small letters, with `ў` for oʻ. A stem takes the endings of Uzbek nouns; a `ь` at its end is not written
before an ending (сентябрь, сентябрда).
"""

from __future__ import annotations

import re

_TABLE = """
yanvar январь, fevral февраль, aprel апрель, iyun июнь, iyul июль, sentabr сентябрь, oktabr октябрь, noyabr ноябрь
dekabr декабрь
sirk цирк, sirkul циркуль, sirkulyar циркуляр, sirkulyatsiya циркуляция, sex цех, sement цемент, sentner центнер
sentr центр, sentral централ, sentralizatsiya централизация, sentrifuga центрифуга, senz ценз, senzura цензура
sikl цикл, siklon циклон, silindr цилиндр, siferblat циферблат, sitadel цитадель, sitata цитата, sitologiya цитология
sitrus цитрус, sisterna цистерна, sivilizatsiya цивилизация, sellofan целлофан, sellyuloza целлюлоза, sezar цезарь
selsiy цельсий, sianid цианид, sirroz цирроз, sunami цунами, ssenariy сценарий, ssenariychi сценарийчи
konsert концерт, konsern концерн, konsept концепт, konsessiya концессия, konsentrat концентрат
konsentratsiya концентрация, konslager концлагерь, kondensator конденсатор, aksent акцент, aksept акцепт
aksiz акциз, aksioner акционер, abzas абзац, shpris шприц, kvars кварц, vaksina вакцина, vaksinatsiya вакцинация
lanset ланцет, pinset пинцет, pansir панцирь, plasenta плацента, prinsip принцип, prinsipial принципиал
munisipal муниципал, munisipalitet муниципалитет, fransuz француз, fransuzcha французча, kansler канцлер
kanselyariya канцелярия, kanserogen канцероген, kalsiy кальций, marganes марганец, porsiya порция
proporsiya пропорция, proporsional пропорционал, asetilen ацетилен, aseton ацетон, dissiplina дисциплина
lotsman лоцман, pitsa пицца, nitsa ницца, kapitsa капица, matritsa матрица, shveytsariya швейцария
shveysariya швейцария, pensiya пенсия, pensioner пенсионер, pansionat пансионат, ekspansiya экспансия
refleksiya рефлексия, anneksiya аннексия
albom альбом, rels рельс, film фильм, multfilm мультфильм, kinofilm кинофильм, kalendar календарь, medal медаль
model модель, modul модуль, detal деталь, dizel дизель, avtomobil автомобиль, mebel мебель, motel мотель
otel отель, kabel кабель, tunnel туннель, panel панель, parol пароль, portfel портфель, rol роль, nol ноль
gastrol гастроль, spektakl спектакль, ansambl ансамбль, rubl рубль, asfalt асфальт, palto пальто, salto сальто
fakultet факультет, pult пульт, puls пульс, impuls импульс, balzam бальзам, gospital госпиталь, filtr фильтр
bilyard бильярд, bulvar бульвар, vals вальс, volt вольт, volfram вольфрам, golf гольф, polsha польша
belgiya бельгия, olga ольга, igor игорь, nikel никель, kisel кисель, karusel карусель, kartel картель
artel артель, lager лагерь, shinel шинель, tabel табель, veksel вексель, stil стиль, ritsar рыцарь, kreml кремль
yakor якорь, slesar слесарь, tokar токарь, alpinist альпинист, alpinizm альпинизм, alternativ альтернатив
alternativa альтернатива, ultimatum ультиматум, ultratovush ультратовуш, kultivator культиватор
kulminatsiya кульминация, konsultatsiya консультация, konsultant консультант, multimedia мультимедиа
multiplikatsiya мультипликация, rezultat результат, alfa альфа, delta дельта, delfin дельфин, gelmint гельминт
akvarel акварель, pastel пастель, karamel карамель, vermishel вермишель, shnitsel шницель, emal эмаль, duel дуэль
vestibyul вестибюль, kastryul кастрюль, byulleten бюллетень, patrul патруль, rul руль, bron бронь, magistral магистраль
feldsher фельдшер, feldmarshal фельдмаршал, kalka калька, kalkulyator калькулятор, kalkulyatsiya калькуляция
batalyon батальон, pavilyon павильон, bulyon бульон, medalyon медальон, pochtalyon почтальон, kompanyon компаньон
kanyon каньон, shampinyon шампиньон, senyor сеньор, losyon лосьон, fortepyano фортепьяно, intervyu интервью
kompyuter компьютер, alyans альянс, sudya судья, nyu нью, york йорк
obyekt объект, obyektiv объектив, subyekt субъект, subyektiv субъектив, syezd съезд, razyezd разъезд
inyeksiya инъекция, adyutant адъютант, konyunktura конъюнктура, konyunktivit конъюнктивит
mўjiza мўъжиза, mўtabar мўътабар, mўtadil мўътадил
ges гэс, ies иэс, tes тэс, gres грэс, mer мэр, meriya мэрия, plener пленэр
budjet бюджет, byudjet бюджет, juri жюри, flaga фляга, stajor стажёр, rejissor режиссёр, parashut парашют
broshura брошюра, brosh брошь, borsh борщ
"""
_ENDINGS = re.compile(
    r"(?:lar|imiz|ingiz|im|ing|i|si|miz|ngiz|ning|ni|ga|ka|dagi|dan|da|gi|gacha|cha|dek|day|lik|lig|li|siz|chi|mi|man"
    r"|dir|lab|lash|lashtirish|lashtirilgan|simon|viy|aviy|iy)*",
)
_STEMS: dict[str, str] = dict(re.findall(r"(\w+) (\w+)", _TABLE))
_SHORTEST, _LONGEST = min(map(len, _STEMS)), max(map(len, _STEMS))


def find_stem(small: str) -> tuple[int, str]:
    """The longest stem of the table that `small` is or begins with, endings aside: length and form, or 0 and ""."""
    for length in range(min(len(small), _LONGEST), _SHORTEST - 1, -1):
        form = _STEMS.get(small[:length])
        if form is not None and _ENDINGS.fullmatch(small, length):
            return length, form if length == len(small) else form.removesuffix("ь")
    return 0, ""
