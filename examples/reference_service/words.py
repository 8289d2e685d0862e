"""What people read, in the two languages a launch token may ask for; and the numbers as sentences."""

from __future__ import annotations

from typing import Any

SERVICES = {
    "email_sync": {
        "en": ("E-mail sync", "mailbox", "mailboxes"),
        "pt-BR": ("Sincronização de e-mail", "caixa", "caixas"),
    },
    "litmus_test": {"en": ("Litmus test", "test", "tests"), "pt-BR": ("Teste de Litmus", "teste", "testes")},
    "shutterstock": {"en": ("Shutterstock", "image", "images"), "pt-BR": ("Shutterstock", "imagem", "imagens")},
    "sales_optimizer": {"en": ("Sales Optimizer", "", ""), "pt-BR": ("Otimizador de Vendas", "", "")},
}
PICTURES = {
    "harbour": {"en": "Harbour at dawn", "pt-BR": "Porto ao amanhecer"},
    "market": {"en": "Market stall", "pt-BR": "Banca de feira"},
    "table": {"en": "Set table", "pt-BR": "Mesa posta"},
    "street": {"en": "Street in the rain", "pt-BR": "Rua na chuva"},
    "hands": {"en": "Hands at work", "pt-BR": "Mãos trabalhando"},
    "field": {"en": "Field in June", "pt-BR": "Campo em junho"},
}
WORDS = {
    "en": {
        "back": "Back",
        "left": "What is left",
        "state": "How it stands",
        "no_limit": "There is no limit.",
        "some_left": "{left} of {limit} left this month.",
        "none_left": "The limit of {limit} is used up.",
        "nothing_included": "Nothing is included.",
        "next_costs": "Each further {unit} costs {price}.",
        "next_above_costs": "Above {used} at once, each further {unit} costs {price}.",
        "next_block_costs": "Each started block of {block} {units} costs {price}.",
        "next_free": "Beyond the limit, each {unit} costs {price}.",
        "next_block_free": "Beyond the limit, each started block of {block} {units} costs {price}.",
        "stops": "Then it stops until next month, or until {agency} raises the limit.",
        "stopped": "It goes on next month, or when {agency} raises the limit.",
        "up_to": "It goes up to {ceiling} and not beyond.",
        "excess": "Beyond the limit so far: {excess}, which cost {amount}.",
        "peak": "Connected now: {current}. What counts is the most of the month: {used}.",
        "off": "This service is off at the moment. Ask {agency} to switch it on.",
        "on": "It is on.",
        "read_only": "{agency} manages it. You can see it here, and {agency} can switch it.",
        "managed_by_you": "You manage it yourselves: it is switched in your back office, under Services.",
        "run": "Run a test",
        "subject": "Subject of the mailing",
        "take": "Take",
        "connect": "Connect",
        "disconnect": "Disconnect",
        "mailbox": "Address of the mailbox",
        "mailboxes": "Connected mailboxes",
        "lately": "Lately",
        "nothing_yet": "Nothing yet.",
        "result": "Looks right in 12 of 12 mail programs",
        "taken_over": "Mailbox {n}",
        "open": "being finished",
        "done": "Done.",
        "nothing_to_do": "There was nothing to change.",
        "waiting": "No answer came. It is written down and will be finished by itself. It counts once.",
        "no_portal": "The numbers can't be read at the moment. Reload the page in a minute.",
        "missing": "Fill in the field first.",
        "ceiling_reached": "Nothing was used: the limit is reached. Ask {agency} for more, or wait for next month.",
        "service_disabled": "Nothing was used: the service is off at the moment. Ask {agency} to switch it on.",
        "client_suspended": "Nothing was used: the account is suspended at the moment. Ask {agency}.",
        "refused": "Nothing was used: the request was refused ({code}). Tell {agency}.",
        "closed_title": "This way in is closed",
        "closed": "It was used before, or it is too old. Go back to your back office and press Open once more.",
        "bad_form_title": "Please try that once more",
    },
    "pt-BR": {
        "back": "Voltar",
        "left": "O que resta",
        "state": "Situação",
        "no_limit": "Não há limite.",
        "some_left": "Ainda há {left} de {limit} neste mês.",
        "none_left": "O limite de {limit} foi todo usado.",
        "nothing_included": "Nada está incluído.",
        "next_costs": "A partir daqui, cada {unit} custa {price}.",
        "next_above_costs": "Acima de {used} ao mesmo tempo, cada {unit} custa {price}.",
        "next_block_costs": "A partir daqui, cada bloco começado de {block} {units} custa {price}.",
        "next_free": "Acima do limite, cada {unit} custa {price}.",
        "next_block_free": "Acima do limite, cada bloco começado de {block} {units} custa {price}.",
        "stops": "Depois, para até o próximo mês ou até {agency} aumentar o limite.",
        "stopped": "Continua no próximo mês, ou quando {agency} aumentar o limite.",
        "up_to": "Vai até {ceiling} e não passa disso.",
        "excess": "Acima do limite até agora: {excess}, que custam {amount}.",
        "peak": "Conectadas agora: {current}. O que conta é o máximo do mês: {used}.",
        "off": "Este serviço está desligado no momento. Peça à {agency} que o ligue.",
        "on": "Está ligado.",
        "read_only": "{agency} cuida dele. Aqui você o vê; quem liga e desliga é {agency}.",
        "managed_by_you": "Quem cuida dele são vocês: ligue e desligue no seu back office, em Serviços.",
        "run": "Fazer um teste",
        "subject": "Assunto do envio",
        "take": "Usar",
        "connect": "Conectar",
        "disconnect": "Desconectar",
        "mailbox": "Endereço da caixa",
        "mailboxes": "Caixas conectadas",
        "lately": "Últimos usos",
        "nothing_yet": "Nada ainda.",
        "result": "Certo em 12 de 12 programas de e-mail",
        "taken_over": "Caixa {n}",
        "open": "sendo concluído",
        "done": "Feito.",
        "nothing_to_do": "Não havia nada a mudar.",
        "waiting": "A resposta não chegou. Está anotado e será concluído sozinho. Conta uma vez só.",
        "no_portal": "Não dá para ler os números agora. Recarregue a página em um minuto.",
        "missing": "Preencha o campo antes.",
        "ceiling_reached": "Nada foi usado: o limite foi atingido. Peça mais à {agency}, ou espere o próximo mês.",
        "service_disabled": "Nada foi usado: o serviço está desligado no momento. Peça à {agency} que o ligue.",
        "client_suspended": "Nada foi usado: a conta está suspensa no momento. Fale com {agency}.",
        "refused": "Nada foi usado: o pedido foi recusado ({code}). Avise {agency}.",
        "closed_title": "Esta entrada está fechada",
        "closed": "Ela já foi usada, ou passou do tempo. Volte ao seu back office e clique em Abrir mais uma vez.",
        "bad_form_title": "Tente mais uma vez, por favor",
    },
}
_DECIMALS = {"JPY": 0, "CLP": 0, "KRW": 0, "KWD": 3, "BHD": 3}
_SIGNS = {"BRL": "R$", "EUR": "€", "USD": "US$", "GBP": "£"}


def say(language: str, key: str, **values: Any) -> str:
    return WORDS[language][key].format(**values)


def number(amount: int, language: str) -> str:
    return f"{amount:,}".replace(",", "." if language == "pt-BR" else ",")


def money(minor: int, currency: str, language: str) -> str:
    """An amount in minor units; no binary fraction ever comes near it."""
    places = _DECIMALS.get(currency, 2)
    whole, rest = divmod(minor, 10**places)
    point = "," if language == "pt-BR" else "."
    text = number(whole, language) + (f"{point}{rest:0{places}}" if places else "")
    sign = _SIGNS.get(currency, currency)
    return f"{sign}\N{NO-BREAK SPACE}{text}" if language == "pt-BR" or len(sign) > 1 else f"{sign}{text}"


def facts(held: dict[str, Any], language: str, agency: str) -> list[str]:
    """An entitlement in plain words: what is left, what happens then, what it costs."""
    if held["used"] is None:
        own = held["managed_by"] == "client"
        state = [say(language, "on")] if held["enabled"] else [say(language, "off", agency=agency)]
        return [*state, say(language, "managed_by_you" if own else "read_only", agency=agency)]
    if not held["enabled"]:
        return [say(language, "off", agency=agency)]
    _name, unit, units = SERVICES[held["service"]][language]
    limit, left = held["limit"], held["remaining"]
    found = []
    if held["service"] == "email_sync":
        found.append(
            say(language, "peak", current=number(held["current"], language), used=number(held["used"], language))
        )
    if limit is None:
        return [*found, say(language, "no_limit")]
    key = "some_left" if left else ("none_left" if limit else "nothing_included")
    found.append(say(language, key, left=number(left, language), limit=number(limit, language)))
    if held["at_limit"] == "stop":
        return [*found, say(language, "stops" if left else "stopped", agency=agency)]
    price = money(held["unit_price"], held["currency"], language)
    key = ("next_" if held["block"] == 1 else "next_block_") + ("free" if left else "costs")
    if key == "next_costs" and held["current"] < held["used"]:
        key = "next_above_costs"  # a level below its peak: up to the peak nothing more is counted
    block, used = number(held["block"], language), number(held["used"], language)
    found.append(say(language, key, unit=unit, units=units, price=price, block=block, used=used))
    if held["at_limit"] == "ceiling":
        found.append(say(language, "up_to", ceiling=number(held["ceiling"], language)))
    if held["excess"]:
        blocks = -(-held["excess"] // held["block"])
        amount = money(blocks * held["unit_price"], held["currency"], language)
        found.append(say(language, "excess", excess=number(held["excess"], language), amount=amount))
    return found
