"""Packs one parcel: a box that it fits into, and what sending it costs."""

import flow_api

BOXES = [('small', 2, 5), ('medium', 10, 9), ('large', 30, 19)]


def box_for(weight: float):
    for name, most, price in BOXES:
        if weight <= most:
            return name, price
    raise ValueError(f'no box takes {weight} kg')


def handler(system: flow_api.System, this: flow_api.Execution, inputs: dict):
    parcel = inputs['parcel']
    box, price = box_for(parcel['weight'])
    if parcel.get('express'):
        price *= 2
    this.sleep(0.2)
    this.set_output(box=box, price=price)
    return this.success(f"{parcel['to']}: {box}")
