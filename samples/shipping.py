"""Packs parcels, asks somebody where they get expensive, and books them with the carrier."""

import flow_api


def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):
    total = 0
    for number, parcel in enumerate(inputs['parcels'], start=1):
        this.save(message=f"packing {number} of {len(inputs['parcels'])}")
        packed = this.flow('packing', parcel=parcel)
        total += packed.get('output_value')['price']
    this.log('packed', total=total)

    limit = system.setting('shipping limit').get('value')['most']
    if total > limit:
        question = this.message(
            subject='Approve shipping',
            body={
                'type': 'object',
                'properties': {
                    'text': {'element': 'markdown', 'description': f'The parcels cost **{total}**, more than {limit}.', 'order': 1},
                    'reason': {'element': 'string', 'label': 'Why is that all right?', 'order': 2},
                    'approve': {'element': 'submit', 'label': 'Approve', 'order': 3},
                    'refuse': {'element': 'submit', 'label': 'Refuse', 'order': 4},
                },
                'required': ['reason'],
            },
        )
        answer = question.get('response')
        if not answer.get('approve'):
            return this.error(f'refused: {answer["reason"]}')

    # The carrier's connector has address and key; `shipping.mocks.yaml` answers in its place.
    booking = this.connect('carrier', path='/bookings', json={'parcels': len(inputs['parcels']), 'total': total})
    this.set_output('booking', booking.get('output_value')['json']['number'])
    this.set_output('total', total)
    return this.success('booked')
