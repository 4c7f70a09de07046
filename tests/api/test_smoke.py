async def test_a_message_is_answered(service):
    talk = await service.open()
    assert [m["seq"] for m in talk.opened["messages"]] == [1, 2]
    answer = await talk.say("hello")
    assert answer.status_code == 201, answer.text
    assert answer.json()["messages"][0]["text"] == "1: hello"
